package dev.cairn.keyserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cairn.crypto.Bytes;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The fields of {@code status --json} are a contract. */
final class StatusJsonTest {
  @Test
  void everyFieldIsThereUnderItsName() {
    Bytes head = Bytes.fromHex("0a".repeat(32));
    KeyserverStatus status =
        new KeyserverStatus(
            "u",
            "name",
            2,
            1,
            30,
            40,
            head,
            "1.2.40." + head.hex(),
            5,
            6,
            7,
            24,
            true,
            Optional.of(new KeyserverStatus.Snapshot(8, 9, 10, 11, Instant.ofEpochSecond(12))),
            Optional.of(new KeyserverStatus.Log(13, 14)));
    assertEquals(
        "{\"userId\":\"u\",\"username\":\"name\",\"epoch\":2,\"keyVersion\":1,\"sequence\":30,"
            + "\"index\":40,\"head\":\""
            + head.hex()
            + "\",\"checkpoint\":\"1.2.40."
            + head.hex()
            + "\",\"objects\":5,\"outboxTransactions\":6,\"outboxBytes\":7,\"backedUpSequence\":24,"
            + "\"fenced\":true,\"snapshot\":{\"index\":8,\"sequence\":9,\"entries\":10,\"bytes\":11,"
            + "\"time\":\"1970-01-01T00:00:12Z\"},\"log\":{\"startOffset\":13,\"endOffset\":14}}",
        StatusJson.format(status).toString());
    assertEquals(status, StatusJson.parse(StatusJson.format(status)));
  }
}
