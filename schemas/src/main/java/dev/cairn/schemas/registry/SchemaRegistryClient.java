package dev.cairn.schemas.registry;

import java.util.Optional;
import org.apache.avro.Schema;

/**
 * The calls to a schema registry that we need; Confluent's own client could stand behind it.
 *
 * <p>Guarantees: thread-safe; every failure is one of {@link RegistryException}'s subtypes.
 * Non-guarantees: no caching, and no promise that two calls reach the same server.
 */
public interface SchemaRegistryClient extends AutoCloseable {
  /**
   * Registers a schema; doing it again gives the same id.
   *
   * @return the id to write in front of records
   * @throws RegistryRefusedException if the registry does not take it, for example because it is
   *     not compatible
   */
  int register(String subject, Schema schema) throws RegistryException;

  /** The id of a schema that is already registered under the subject. */
  Optional<Integer> idOf(String subject, Schema schema) throws RegistryException;

  /** The schema with this id. */
  Optional<Schema> schemaOf(int id) throws RegistryException;

  /**
   * Whether the schema may follow the newest one under the subject, by the registry's own rule;
   * also where there is none yet.
   */
  boolean isCompatible(String subject, Schema schema) throws RegistryException;

  @Override
  void close();
}
