package dev.cairn.journal.record;

import dev.cairn.crypto.Bytes;
import dev.cairn.schemas.wire.MalformedWireException;
import dev.cairn.schemas.wire.RecordType;
import dev.cairn.schemas.wire.SchemaIds;
import dev.cairn.schemas.wire.WireFormat;
import java.nio.ByteBuffer;

/**
 * Log records to the values of the topic and back: Confluent wire format around Avro.
 *
 * <p>The schema id in the prefix is for tools that look at the topic. Nothing signs it and
 * different readers know different ids, so it decides nothing here: every reader tries a commit,
 * then an opening, and takes what fits to the last byte. That is safe because signatures cover
 * every field. Thread-safe.
 */
public final class RecordCodec {
  private static final int ID_OFFSET = 1;
  private static final int PREFIX_BYTES = ID_OFFSET + Integer.BYTES;
  private static final WireFormat BUILT_IN = new WireFormat(SchemaIds.builtIn());

  private final WireFormat wire;

  /**
   * A codec that reads everything.
   *
   * @param idsToWrite which schema ids stand in the prefix of what is encoded
   */
  public RecordCodec(SchemaIds idsToWrite) {
    this.wire = new WireFormat(idsToWrite);
  }

  /** A codec that reads everything and writes the ids that need no registry. */
  public static RecordCodec withBuiltInSchemas() {
    return new RecordCodec(SchemaIds.builtIn());
  }

  /**
   * The value of the topic's record.
   *
   * @throws IllegalArgumentException if it is longer than readers accept
   */
  public Bytes encode(LogRecord record) {
    byte[] value =
        switch (record) {
          case Commit commit -> wire.encode(WireMapping.toWire(commit));
          case EpochOpened opened -> wire.encode(WireMapping.toWire(opened));
        };
    if (value.length > RecordLimits.MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "A record of " + value.length + " bytes is longer than any reader takes");
    }
    return Bytes.wrap(value);
  }

  /** Reads what {@link #encode} wrote. Everything is bounded by the length of the value. */
  public LogRecord decode(Bytes value) throws MalformedRecordException {
    if (value.size() > RecordLimits.MAX_RECORD_BYTES) {
      throw new MalformedRecordException(value.size() + " bytes are too many");
    }
    if (value.size() < PREFIX_BYTES) {
      throw new MalformedRecordException(value.size() + " bytes are too few");
    }
    byte[] bytes = value.toByteArray();
    try {
      return WireMapping.fromWire(
          BUILT_IN.decode(
              as(RecordType.COMMIT, bytes),
              RecordType.COMMIT,
              dev.cairn.schemas.avro.Commit.class));
    } catch (MalformedWireException | IllegalArgumentException notACommit) {
      try {
        return WireMapping.fromWire(
            BUILT_IN.decode(
                as(RecordType.EPOCH_OPENED, bytes),
                RecordType.EPOCH_OPENED,
                dev.cairn.schemas.avro.EpochOpened.class));
      } catch (MalformedWireException | IllegalArgumentException nothing) {
        throw new MalformedRecordException(
            "neither a commit ("
                + notACommit.getMessage()
                + ") nor an opening ("
                + nothing.getMessage()
                + ")",
            nothing);
      }
    }
  }

  private static byte[] as(RecordType type, byte[] bytes) {
    ByteBuffer.wrap(bytes).putInt(ID_OFFSET, type.builtInId());
    return bytes;
  }
}
