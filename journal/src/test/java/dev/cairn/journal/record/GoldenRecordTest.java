package dev.cairn.journal.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class GoldenRecordTest {
  private static final RecordCodec CODEC = RecordCodec.withBuiltInSchemas();

  static Stream<Map.Entry<String, LogRecord>> records() {
    return Stream.of(
        Map.entry("genesis", Records.GENESIS),
        Map.entry("commit", Records.COMMIT),
        Map.entry("commit-finishing", Records.FINISHING),
        Map.entry("commit-idle", Records.IDLE),
        Map.entry("takeover", Records.TAKEOVER),
        Map.entry("rotation", Records.ROTATION),
        Map.entry("rebase", Records.REBASE));
  }

  @ParameterizedTest
  @MethodSource("records")
  void isWrittenAsEver(Map.Entry<String, LogRecord> named) {
    LogRecord record = named.getValue();
    assertEquals(Golden.bytes(named.getKey() + ".header").hex(), record.headerBytes().hex());
    assertEquals(Golden.list(named.getKey() + ".signatures"), record.signatures());
    assertEquals(Golden.bytes(named.getKey() + ".head").hex(), record.head().hex());
    assertEquals(Golden.bytes(named.getKey() + ".value").hex(), CODEC.encode(record).hex());
  }

  @ParameterizedTest
  @MethodSource("records")
  void isReadAsEver(Map.Entry<String, LogRecord> named) throws MalformedRecordException {
    LogRecord record = CODEC.decode(Golden.bytes(named.getKey() + ".value"));
    assertEquals(named.getValue(), record);
    assertEquals(named.getValue().header(), record.header());
    assertEquals(Golden.bytes(named.getKey() + ".head"), record.head());
    if (record instanceof Commit commit) {
      assertEquals(((Commit) named.getValue()).operations(), commit.operations());
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void headerIsReadBackFromItsBytes(Map.Entry<String, LogRecord> named)
      throws MalformedRecordException {
    SignedHeader signed =
        SignedHeader.parse(
            Golden.bytes(named.getKey() + ".header"), Golden.list(named.getKey() + ".signatures"));
    assertEquals(named.getValue().signedHeader(), signed);
    assertEquals(Golden.bytes(named.getKey() + ".head"), signed.head());
  }

  @Test
  void genesisHeadAndEmptyStateAreAsEver() {
    assertEquals(Golden.bytes("genesis-head"), Heads.genesis(Records.USER));
    assertEquals(Golden.bytes("empty-state"), new StateAccumulator().digest());
    assertEquals(Bytes.EMPTY.size() + 32, Heads.genesis(Records.USER).size());
  }
}
