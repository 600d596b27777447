package dev.cairn.schemas.wire;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;

/**
 * Finds the generated classes of our own schemas, and of nothing else. Avro's default asks a
 * process-wide list of trusted classes instead, which a library has no business to change.
 */
final class RecordClasses extends SpecificData {
  static final RecordClasses INSTANCE = new RecordClasses();

  private static final String PACKAGE = "dev.cairn.schemas.avro";

  private final ConcurrentMap<String, Class<?>> loaded = new ConcurrentHashMap<>();

  private RecordClasses() {
    super(RecordClasses.class.getClassLoader());
  }

  @Override
  public Class<?> getClass(Schema schema) {
    if (schema.getType() == Schema.Type.RECORD && PACKAGE.equals(schema.getNamespace())) {
      return loaded.computeIfAbsent(schema.getFullName(), RecordClasses::load);
    }
    return super.getClass(schema);
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, true, RecordClasses.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("no class was generated for " + name, e);
    }
  }
}
