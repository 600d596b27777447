package dev.cairn.schemas.registry;

import dev.cairn.schemas.wire.IdLookup;
import dev.cairn.schemas.wire.RecordType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a registry what an unknown id means, and remembers the answer. A registry that does not
 * answer is left alone for a while and never holds a reader up for longer than one call.
 * Thread-safe.
 */
public final class RegistryIdLookup implements IdLookup {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryIdLookup.class);
  private static final int MAX_REMEMBERED = 1024;
  private static final long REST = Duration.ofSeconds(30).toNanos();

  private final SchemaRegistryClient client;
  private final Map<Integer, Optional<RecordType>> answers = new LinkedHashMap<>();
  private boolean resting;
  private long restsSince;

  public RegistryIdLookup(SchemaRegistryClient client) {
    this.client = client;
  }

  @Override
  public synchronized Optional<RecordType> typeOf(int id) {
    Optional<RecordType> known = answers.get(id);
    if (known != null) {
      return known;
    }
    if (resting && System.nanoTime() - restsSince < REST) {
      return Optional.empty();
    }
    try {
      Optional<RecordType> type = client.schemaOf(id).flatMap(RegistryIdLookup::typeOf);
      resting = false;
      if (answers.size() >= MAX_REMEMBERED) {
        answers.remove(answers.keySet().iterator().next());
      }
      answers.put(id, type);
      return type;
    } catch (RegistryException e) {
      LOG.warn("{}; records are read without it", e.getMessage());
      resting = true;
      restsSince = System.nanoTime();
      return Optional.empty();
    }
  }

  /** Only exactly our schema: another one's bytes would be read wrongly. */
  private static Optional<RecordType> typeOf(Schema schema) {
    return RecordType.ofSubject(schema.getFullName())
        .filter(type ->
            SchemaNormalization.parsingFingerprint64(type.schema())
                == SchemaNormalization.parsingFingerprint64(schema));
  }
}
