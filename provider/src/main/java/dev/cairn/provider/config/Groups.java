package dev.cairn.provider.config;

/** Headings of the reference, and forms that several options share. */
final class Groups {
  static final String SERVICE = "Service";
  static final String KAFKA = "Kafka";
  static final String STORAGE = "Object storage";
  static final String COMPACTION = "Compaction";
  static final String QUOTAS = "Quotas";
  static final String REGISTRY = "Schema registry";

  static final String BROKERS = "[^\\s,]+:\\d{1,5}(\\s*,\\s*[^\\s,]+:\\d{1,5})*";
  static final String CELL = "[a-z0-9-]{1,32}";
  static final String CELL_WORDS = "a cell name: 1 to 32 of a-z, 0-9 and '-'";

  private Groups() {}
}
