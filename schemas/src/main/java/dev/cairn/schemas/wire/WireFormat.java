package dev.cairn.schemas.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Confluent wire format.
 *
 * <table>
 * <caption>layout</caption>
 * <tr><th>offset</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>1</td><td>magic byte, 0</td></tr>
 * <tr><td>1</td><td>4</td><td>schema id, big-endian</td></tr>
 * <tr><td>5</td><td>rest</td><td>Avro binary of one record, nothing behind it</td></tr>
 * </table>
 *
 * <p>Thread-safe.
 */
public final class WireFormat {
  private static final byte MAGIC = 0;
  private static final int HEADER = 5;

  private final SchemaIds ids;

  public WireFormat(SchemaIds ids) {
    this.ids = ids;
  }

  /** Encodes under the id that is assigned to the record's type. */
  public byte[] encode(SpecificRecord record) {
    RecordType type = RecordType.of(record);
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    out.write(MAGIC);
    out.writeBytes(ByteBuffer.allocate(4).putInt(ids.idOf(type)).array());
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new SpecificDatumWriter<SpecificRecord>(type.schema(), RecordClasses.INSTANCE)
          .write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return out.toByteArray();
  }

  /**
   * Decodes a record of one of the allowed types. A known id must be of an allowed type; an unknown
   * id is tried as each of them, in the order of {@link RecordType}, and the first that fits to the
   * last byte is taken: the caller checks what it means by signature.
   *
   * @throws MalformedWireException when the bytes are anything else
   */
  public SpecificRecord decode(byte[] bytes, Set<RecordType> allowed)
      throws MalformedWireException {
    if (bytes.length < HEADER || bytes[0] != MAGIC) {
      throw new MalformedWireException("not in Confluent wire format");
    }
    int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
    RecordType known = ids.typeOf(id).orElse(null);
    if (known != null) {
      if (!allowed.contains(known)) {
        throw new MalformedWireException(known + " does not belong here");
      }
      return decodeBody(bytes, known);
    }
    for (RecordType candidate : EnumSet.copyOf(allowed)) {
      Optional<SpecificRecord> fitting = tryBody(bytes, candidate);
      if (fitting.isPresent()) {
        return fitting.get();
      }
    }
    throw new MalformedWireException("schema id " + id + " is unknown and no schema of ours fits");
  }

  /** Decodes a record of exactly one type. */
  public <T extends SpecificRecord> T decode(byte[] bytes, RecordType type, Class<T> recordClass)
      throws MalformedWireException {
    return recordClass.cast(decode(bytes, EnumSet.of(type)));
  }

  private static Optional<SpecificRecord> tryBody(byte[] bytes, RecordType candidate) {
    try {
      return Optional.of(decodeBody(bytes, candidate));
    } catch (MalformedWireException notThisOne) {
      return Optional.empty();
    }
  }

  private static SpecificRecord decodeBody(byte[] bytes, RecordType type)
      throws MalformedWireException {
    // The decoder reads from an array and refuses lengths beyond what remains of it before it
    // allocates; records are small, and their readers bound the array.
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, null);
    SpecificRecord record;
    try {
      record =
          new SpecificDatumReader<SpecificRecord>(
                  type.schema(), type.schema(), RecordClasses.INSTANCE)
              .read(null, decoder);
      if (!decoder.isEnd()) {
        throw new MalformedWireException("bytes behind the record");
      }
    } catch (IOException
        | AvroRuntimeException
        | UnsupportedOperationException
        | ClassCastException
        | IndexOutOfBoundsException
        | NegativeArraySizeException e) {
      throw new MalformedWireException("no " + type + ": " + e.getMessage(), e);
    }
    return record;
  }

  /** The schema id in the prefix. */
  public static int schemaId(byte[] bytes) throws MalformedWireException {
    if (bytes.length < HEADER || bytes[0] != MAGIC) {
      throw new MalformedWireException("not in Confluent wire format");
    }
    return ByteBuffer.wrap(Arrays.copyOfRange(bytes, 1, HEADER)).getInt();
  }
}
