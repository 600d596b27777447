package dev.cairn.keyserver.home;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.schemas.wire.SchemaIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schema ids that the provider's registry gave, kept in the home so that records carry them
 * from the first one on after a start. Nothing depends on them but tools that look ids up, so what
 * cannot be read or written is passed over. Thread-safe.
 */
public final class KnownSchemaIds {
  private static final Logger LOG = LoggerFactory.getLogger(KnownSchemaIds.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "schema-ids.json";

  private final Path file;
  private final SchemaIds ids;

  private KnownSchemaIds(Path file, SchemaIds ids) {
    this.file = file;
    this.ids = ids;
  }

  /** What a home, or one in the making, knows. */
  public static KnownSchemaIds in(Path home) {
    Path file = home.resolve(NAME);
    return new KnownSchemaIds(file, SchemaIds.learning(read(file)));
  }

  private static Map<String, Integer> read(Path file) {
    try {
      return JSON.readValue(Files.readAllBytes(file), new TypeReference<Map<String, Integer>>() {});
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException e) {
      LOG.warn("{} cannot be read; records carry the built-in schema ids for now", file, e);
      return Map.of();
    }
  }

  /** The ids to write. */
  public SchemaIds ids() {
    return ids;
  }

  /** Takes over what the provider says, and keeps it. */
  public synchronized void learn(Map<String, Integer> idsBySubject) {
    if (!ids.learn(idsBySubject)) {
      return;
    }
    try {
      DurableFiles.replace(file, JSON.writeValueAsBytes(ids.bySubject()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("names and numbers are always JSON", e);
    } catch (IOException e) {
      LOG.warn("{} cannot be written; the next start learns the ids anew", file, e);
    }
  }
}
