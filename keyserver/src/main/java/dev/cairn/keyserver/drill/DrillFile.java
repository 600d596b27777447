package dev.cairn.keyserver.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.keyserver.home.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * {@code drill.json} in a home: the last drill, and when one last verified, which a failed one
 * after it does not take back.
 */
public final class DrillFile {
  private static final String NAME = "drill.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private DrillFile() {}

  /** Where it lies. */
  public static Path in(Path home) {
    return home.resolve(NAME);
  }

  /** A result as JSON. */
  public static ObjectNode json(DrillResult result) {
    ObjectNode out = JSON.createObjectNode();
    out.put("time", result.time().toString());
    out.put("verdict", result.isVerified() ? "verified" : "failed");
    out.put("means", result.means().name().toLowerCase(Locale.ROOT));
    out.put("milliseconds", result.duration().toMillis());
    result
        .recovered()
        .ifPresent(recovered ->
            out.put("checkpoint", recovered.checkpoint())
                .put("index", recovered.index())
                .put("sequence", recovered.sequence())
                .put("objects", recovered.objects())
                .put("bytes", recovered.bytes())
                .put("records", recovered.records()));
    result.failure().ifPresent(failure -> out.put("reason", failure.reason()));
    return out;
  }

  /** Writes a result in place of the one before; a crash leaves either. */
  static void write(Path home, DrillResult result) {
    ObjectNode out = json(result);
    try {
      if (result.isVerified()) {
        out.put("lastVerified", result.time().toString());
      } else {
        JsonNode before = before(home);
        if (before.hasNonNull("lastVerified")) {
          out.put("lastVerified", before.get("lastVerified").asText());
        }
      }
      DurableFiles.replace(
          in(home), (out.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("The result of the drill cannot be written to " + home, e);
    }
  }

  private static JsonNode before(Path home) throws IOException {
    if (Files.notExists(in(home))) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(in(home).toFile());
    } catch (com.fasterxml.jackson.core.JacksonException unreadable) {
      return JSON.createObjectNode();
    }
  }
}
