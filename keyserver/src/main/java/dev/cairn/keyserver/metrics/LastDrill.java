package dev.cairn.keyserver.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When a drill last verified, as {@code drill.json} in the home says. */
final class LastDrill {
  private static final Logger LOG = LoggerFactory.getLogger(LastDrill.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MAX_BYTES = 1 << 20;

  private LastDrill() {}

  /** Empty if there was none, or the file cannot be read: then it is as good as never. */
  static Optional<Instant> verified(Path home) {
    Path file = home.resolve("drill.json");
    try {
      if (Files.notExists(file) || Files.size(file) > MAX_BYTES) {
        return Optional.empty();
      }
      JsonNode verified = JSON.readTree(Files.readAllBytes(file)).path("lastVerified");
      return verified.isTextual()
          ? Optional.of(Instant.parse(verified.asText()))
          : Optional.empty();
    } catch (IOException | DateTimeParseException e) {
      LOG.debug("{} cannot be read", file, e);
      return Optional.empty();
    }
  }
}
