package dev.cairn.keyserver.publish;

import java.util.Map;

/**
 * What the owner hands on to the Kafka clients of the log; what guarantees rest on was refused
 * before. {@code toString} shows nothing: some of it may be secret.
 */
public record ClientSettings(Map<String, String> producer, Map<String, String> consumer) {
  /** Nothing. */
  public static final ClientSettings NONE = new ClientSettings(Map.of(), Map.of());

  public ClientSettings {
    producer = Map.copyOf(producer);
    consumer = Map.copyOf(consumer);
  }

  @Override
  public String toString() {
    return "ClientSettings";
  }
}
