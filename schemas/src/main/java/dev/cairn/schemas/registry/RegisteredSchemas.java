package dev.cairn.schemas.registry;

import dev.cairn.schemas.wire.RecordType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a service does with a registry, where one is configured.
 *
 * <p>A subject's rule is {@value #COMPATIBILITY}: whoever has a newer schema reads what was ever
 * written. Where we register, we also set it, before the schema where the registry lets us, so that
 * a foreign schema under our subject is found out.
 */
public final class RegisteredSchemas {
  public static final String COMPATIBILITY = "BACKWARD_TRANSITIVE";

  private static final Logger LOG = LoggerFactory.getLogger(RegisteredSchemas.class);
  private static final Set<String> STRICT_ENOUGH = Set.of(COMPATIBILITY, "FULL_TRANSITIVE");

  private RegisteredSchemas() {}

  /**
   * Registers every schema of ours and sets its rule, or checks that they are there where
   * registering is not wanted.
   *
   * @return the ids to write, by subject
   * @throws RegistryRefusedException if a schema is not taken, or is missing and may not be
   *     registered
   */
  public static Map<String, Integer> resolve(SchemaRegistryClient client, boolean autoRegister)
      throws RegistryException {
    Map<String, Integer> ids = new HashMap<>();
    for (RecordType type : RecordType.values()) {
      ids.put(
          type.subject(),
          autoRegister
              ? register(client, type.subject(), PublishedSchema.of(type))
              : find(client, type.subject(), PublishedSchema.of(type)));
    }
    return ids;
  }

  private static int register(SchemaRegistryClient client, String subject, Schema schema)
      throws RegistryException {
    boolean strict = isStrict(client, subject) || client.setCompatibility(subject, COMPATIBILITY);
    int id;
    try {
      id = client.register(subject, schema);
    } catch (RegistryRefusedException e) {
      if (e.status() != 409) {
        throw e;
      }
      throw incompatible(subject, e);
    }
    if (!strict) {
      client.setCompatibility(subject, COMPATIBILITY);
    }
    return id;
  }

  private static int find(SchemaRegistryClient client, String subject, Schema schema)
      throws RegistryException {
    Optional<Integer> id = client.idOf(subject, schema);
    if (id.isEmpty()) {
      if (!client.isCompatible(subject, schema)) {
        throw incompatible(subject, null);
      }
      throw new RegistryRefusedException(
          404,
          404,
          "The schema registry does not know our schema of "
              + subject
              + ", and auto.register.schemas is false: register it first");
    }
    if (!isStrict(client, subject)) {
      LOG.warn(
          "the schema registry's rule for {} is weaker than {}: a later schema could stop tools from"
              + " reading older records; nothing of ours depends on it",
          subject,
          COMPATIBILITY);
    }
    return id.get();
  }

  private static boolean isStrict(SchemaRegistryClient client, String subject)
      throws RegistryException {
    return client.compatibilityOf(subject).filter(STRICT_ENOUGH::contains).isPresent();
  }

  private static RegistryRefusedException incompatible(
      String subject, @Nullable RegistryRefusedException cause) {
    RegistryRefusedException refused =
        new RegistryRefusedException(
            409,
            409,
            "The schema registry has a schema under "
                + subject
                + " with which ours is not compatible: somebody else uses our name, or this program"
                + " is older than that schema"
                + (cause == null ? "" : ". It says: " + cause.getMessage()));
    if (cause != null) {
      refused.addSuppressed(cause);
    }
    return refused;
  }
}
