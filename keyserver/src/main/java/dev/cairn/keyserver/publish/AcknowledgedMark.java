package dev.cairn.keyserver.publish;

import dev.cairn.keyserver.commitfile.CommitStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A record that is known to be backed up, together with all before it, and where in the log it
 * stands. It may lag: what comes after it is judged again.
 *
 * <p>Kept in a small file beside the commit files: {@code CAIRNAM1 ‖ u64 index ‖ u64 offset ‖ u32
 * CRC-32C}. One that is not whole counts as none.
 *
 * @param index of the record; no transaction is unfinished after it
 * @param offset of its accepted copy
 */
public record AcknowledgedMark(long index, long offset) {
  private static final String NAME = "acknowledged";
  private static final byte[] MAGIC = "CAIRNAM1".getBytes(StandardCharsets.US_ASCII);
  private static final int SIZE = 8 + 8 + 8 + 4;

  /** Checks the ranges. */
  public AcknowledgedMark {
    if (index < 0 || offset < 0) {
      throw new IllegalArgumentException("No record " + index + " stands at offset " + offset);
    }
  }

  /** Where the next record of the chain may stand. */
  public long nextOffset() {
    return offset + 1;
  }

  /** Writes the mark in place of the one before. */
  public void write(CommitStorage storage) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE).put(MAGIC).putLong(index).putLong(offset);
    bytes.putInt(crc(bytes.array()));
    storage.replace(NAME, bytes.array());
  }

  /** Reads the mark, if there is a whole one. */
  public static Optional<AcknowledgedMark> read(CommitStorage storage) throws IOException {
    Optional<byte[]> content = storage.read(NAME);
    if (content.isEmpty() || content.get().length != SIZE) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(content.get());
    if (!bytes.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
        || bytes.getInt(SIZE - 4) != crc(content.get())
        || bytes.getLong(8) < 0
        || bytes.getLong(16) < 0) {
      return Optional.empty();
    }
    return Optional.of(new AcknowledgedMark(bytes.getLong(8), bytes.getLong(16)));
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, SIZE - 4);
    return (int) crc.getValue();
  }
}
