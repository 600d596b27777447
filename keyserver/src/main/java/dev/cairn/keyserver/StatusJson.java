package dev.cairn.keyserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.crypto.Bytes;
import java.time.Instant;
import java.util.Optional;

/** {@link KeyserverStatus} as the JSON that {@code status --json} and the HTTP interface give. */
public final class StatusJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private StatusJson() {}

  /** The object; snapshot and log are null when they are not known. */
  public static ObjectNode format(KeyserverStatus status) {
    ObjectNode out =
        MAPPER
            .createObjectNode()
            .put("userId", status.userId())
            .put("username", status.username())
            .put("epoch", status.epoch())
            .put("keyVersion", status.keyVersion())
            .put("sequence", status.sequence())
            .put("index", status.index())
            .put("head", status.head().hex())
            .put("checkpoint", status.checkpoint())
            .put("objects", status.objects())
            .put("outboxTransactions", status.outboxTransactions())
            .put("outboxBytes", status.outboxBytes())
            .put("backedUpSequence", status.backedUpSequence())
            .put("fenced", status.fenced());
    status
        .snapshot()
        .ifPresentOrElse(
            snapshot ->
                out.putObject("snapshot")
                    .put("index", snapshot.index())
                    .put("sequence", snapshot.sequence())
                    .put("entries", snapshot.entries())
                    .put("bytes", snapshot.bytes())
                    .put("time", snapshot.time().toString()),
            () -> out.putNull("snapshot"));
    status
        .log()
        .ifPresentOrElse(
            log ->
                out.putObject("log")
                    .put("startOffset", log.startOffset())
                    .put("endOffset", log.endOffset()),
            () -> out.putNull("log"));
    return out;
  }

  /**
   * Reads what {@link #format} wrote; further fields are passed over.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static KeyserverStatus parse(JsonNode json) {
    JsonNode snapshot = json.path("snapshot");
    JsonNode log = json.path("log");
    return new KeyserverStatus(
        text(json, "userId"),
        text(json, "username"),
        number(json, "epoch"),
        (int) number(json, "keyVersion"),
        number(json, "sequence"),
        number(json, "index"),
        Bytes.fromHex(text(json, "head")),
        text(json, "checkpoint"),
        number(json, "objects"),
        number(json, "outboxTransactions"),
        number(json, "outboxBytes"),
        number(json, "backedUpSequence"),
        json.path("fenced").asBoolean(),
        snapshot.isObject()
            ? Optional.of(
                new KeyserverStatus.Snapshot(
                    number(snapshot, "index"),
                    number(snapshot, "sequence"),
                    number(snapshot, "entries"),
                    number(snapshot, "bytes"),
                    Instant.parse(text(snapshot, "time"))))
            : Optional.empty(),
        log.isObject()
            ? Optional.of(
                new KeyserverStatus.Log(number(log, "startOffset"), number(log, "endOffset")))
            : Optional.empty());
  }

  private static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("A status has the text '" + field + "'");
    }
    return value.textValue();
  }

  private static long number(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isIntegralNumber()) {
      throw new IllegalArgumentException("A status has the number '" + field + "'");
    }
    return value.longValue();
  }
}
