package dev.cairn.journal.record;

import dev.cairn.crypto.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Log records to the bytes of the topic and back. Thread-safe. */
public final class RecordCodec {
  private RecordCodec() {}

  /** Knows our own schemas by their built-in ids, and tries them all for an id that it does not know. */
  public static RecordCodec withBuiltInSchemas() {
    return new RecordCodec();
  }

  /** The value of the topic's record. */
  public Bytes encode(LogRecord record) {
    return switch (record) {
      case Commit commit -> frame(1, WireMapping.toWire(commit));
      case EpochOpened opened -> frame(2, WireMapping.toWire(opened));
    };
  }

  /** Reads what {@link #encode} wrote. */
  public LogRecord decode(Bytes value) throws MalformedRecordException {
    if (value.size() > RecordLimits.MAX_RECORD_BYTES) {
      throw new MalformedRecordException("a record cannot have " + value.size() + " bytes");
    }
    ByteBuffer buffer = value.asReadOnlyByteBuffer();
    if (buffer.remaining() < 5 || buffer.get() != 0) {
      throw new MalformedRecordException("not in wire format");
    }
    int id = buffer.getInt();
    byte[] body = new byte[buffer.remaining()];
    buffer.get(body);
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(body, null);
    try {
      LogRecord record =
          id == 1
              ? WireMapping.fromWire(
                  new SpecificDatumReader<>(dev.cairn.schemas.avro.Commit.class)
                      .read(null, decoder))
              : WireMapping.fromWire(
                  new SpecificDatumReader<>(dev.cairn.schemas.avro.EpochOpened.class)
                      .read(null, decoder));
      if (!decoder.isEnd()) {
        throw new MalformedRecordException("bytes are left over");
      }
      return record;
    } catch (IOException | AvroRuntimeException | IllegalArgumentException e) {
      throw new MalformedRecordException("not a record: " + e.getMessage(), e);
    }
  }

  private static <T extends SpecificRecord> Bytes frame(int id, T record) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(0);
      out.writeBytes(ByteBuffer.allocate(4).putInt(id).array());
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new SpecificDatumWriter<T>(record.getSchema()).write(record, encoder);
      encoder.flush();
      return Bytes.wrap(out.toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException("Encoding to memory cannot fail", e);
    }
  }
}
