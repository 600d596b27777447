package dev.cairn.schemas.registry;

import dev.cairn.schemas.wire.RecordType;
import dev.cairn.schemas.wire.SchemaIds;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;

/** What a service does with a registry at its start, where one is configured. */
public final class RegisteredSchemas {
  private RegisteredSchemas() {}

  /**
   * Registers every schema of ours, or looks the ids up where registering is not wanted.
   *
   * @throws RegistryRefusedException if a schema is not taken, or is missing and may not be
   *     registered
   */
  public static SchemaIds resolve(SchemaRegistryClient client, boolean autoRegister)
      throws RegistryException {
    Map<String, Integer> ids = new HashMap<>();
    for (RecordType type : RecordType.values()) {
      ids.put(type.subject(), resolve(client, autoRegister, type));
    }
    return SchemaIds.ofSubjects(ids);
  }

  private static int resolve(SchemaRegistryClient client, boolean autoRegister, RecordType type)
      throws RegistryException {
    Schema schema = type.schema();
    if (autoRegister) {
      return client.register(type.subject(), schema);
    }
    return client
        .idOf(type.subject(), schema)
        .orElseThrow(() ->
            new RegistryRefusedException(
                404,
                404,
                "The schema registry does not know our schema of "
                    + type.subject()
                    + ", and auto.register.schemas is false: register it first"));
  }
}
