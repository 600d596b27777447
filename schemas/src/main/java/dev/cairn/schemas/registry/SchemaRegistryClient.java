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

  /**
   * By which rule the registry judges new schemas of the subject, the registry's own default where
   * the subject has none; empty where it does not say.
   */
  Optional<String> compatibilityOf(String subject) throws RegistryException;

  /**
   * Sets that rule for the subject.
   *
   * @return whether it is set; a registry may not do so for a subject without a schema
   */
  boolean setCompatibility(String subject, String level) throws RegistryException;

  @Override
  void close();
}
