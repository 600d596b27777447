package dev.cairn.keyserver.commitfile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The bytes of a commit file. Integers are big-endian.
 *
 * <table>
 * <caption>File</caption>
 * <tr><th>bytes</th><th>field</th></tr>
 * <tr><td>8</td><td>{@code CAIRNCF1}</td></tr>
 * <tr><td>u64</td><td>index of the first record</td></tr>
 * <tr><td>u32</td><td>CRC-32C of the 16 bytes before</td></tr>
 * <tr><td>frames</td><td>one a record, indexes without gaps</td></tr>
 * </table>
 *
 * <table>
 * <caption>Frame</caption>
 * <tr><th>bytes</th><th>field</th></tr>
 * <tr><td>u32</td><td>length of the record, at least 1</td></tr>
 * <tr><td>u32</td><td>CRC-32C of everything in the frame but this field</td></tr>
 * <tr><td>u64</td><td>every record with a smaller index was on disk before this frame was written</td></tr>
 * <tr><td>length</td><td>the record, exactly as it is published</td></tr>
 * </table>
 *
 * <p>The last field of the header tells damage from a torn write: what is torn was never said to be
 * on disk.
 */
final class FrameFormat {
  static final int FILE_HEADER = 8 + 8 + 4;
  static final int FRAME_HEADER = 4 + 4 + 8;
  static final int MAX_RECORD = 1024 * 1024;
  private static final byte[] MAGIC = "CAIRNCF1".getBytes(StandardCharsets.US_ASCII);
  private static final int CRC_AT = 4;

  private FrameFormat() {}

  static ByteBuffer fileHeader(long firstIndex) {
    ByteBuffer header = ByteBuffer.allocate(FILE_HEADER).put(MAGIC).putLong(firstIndex);
    CRC32C crc = new CRC32C();
    crc.update(header.array(), 0, header.position());
    return header.putInt((int) crc.getValue()).flip();
  }

  /**
   * Whether the buffer, from its position on, is the header of a file that starts with that record.
   */
  static boolean isFileHeader(ByteBuffer header, long firstIndex) {
    return header.remaining() >= FILE_HEADER
        && header.slice().limit(FILE_HEADER).equals(fileHeader(firstIndex));
  }

  /** Puts a frame; the buffer needs the room. */
  static void putFrame(ByteBuffer target, long durableBefore, ByteBuffer record) {
    int start = target.position();
    target.putInt(record.remaining()).putInt(0).putLong(durableBefore).put(record);
    target.putInt(start + CRC_AT, crc(target, start, target.position()));
  }

  /** A frame that is whole. */
  record Frame(int start, int length, long durableBefore) {
    int end() {
      return start + FRAME_HEADER + length;
    }
  }

  /** The frame at that place, if it is whole and its checksum fits. */
  static Optional<Frame> frameAt(ByteBuffer buffer, int start) {
    if (buffer.limit() - start < FRAME_HEADER) {
      return Optional.empty();
    }
    int length = buffer.getInt(start);
    if (length < 1 || length > MAX_RECORD || buffer.limit() - start - FRAME_HEADER < length) {
      return Optional.empty();
    }
    Frame frame = new Frame(start, length, buffer.getLong(start + 8));
    return buffer.getInt(start + CRC_AT) == crc(buffer, start, frame.end())
        ? Optional.of(frame)
        : Optional.empty();
  }

  private static int crc(ByteBuffer buffer, int start, int end) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.slice(start, CRC_AT));
    crc.update(buffer.slice(start + CRC_AT + 4, end - start - CRC_AT - 4));
    return (int) crc.getValue();
  }
}
