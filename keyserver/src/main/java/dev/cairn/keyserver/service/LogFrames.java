package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.RecordLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Records on their way from the service.
 *
 * <table>
 * <caption>One frame; they follow one another without anything between or behind them</caption>
 * <tr><th>bytes</th><th>field</th></tr>
 * <tr><td>u64</td><td>offset, greater than the one before, at most 2^62</td></tr>
 * <tr><td>u32</td><td>length of the value</td></tr>
 * <tr><td>length</td><td>the value</td></tr>
 * </table>
 */
final class LogFrames {
  private static final int HEADER = Long.BYTES + Integer.BYTES;

  private LogFrames() {}

  /**
   * Reads the frames of one answer.
   *
   * @param from the first offset that was asked for
   * @throws dev.cairn.keyserver.error.IntegrityException if a frame is cut, or offsets do not
   *     ascend from there
   */
  static List<LogRecordBytes> read(Bytes body, long from) {
    List<LogRecordBytes> records = new ArrayList<>();
    ByteBuffer frames = body.asReadOnlyByteBuffer();
    long least = from;
    while (frames.hasRemaining()) {
      if (frames.remaining() < HEADER) {
        throw Json.malformed(
            "page of the log", "it is cut within a frame after offset " + least, null);
      }
      long offset = frames.getLong();
      int length = frames.getInt();
      boolean fits =
          offset >= least
              && offset <= RecordLimits.MAX_COUNTER
              && length >= 0
              && length <= frames.remaining();
      if (!fits) {
        throw Json.malformed(
            "page of the log",
            "a frame with offset "
                + offset
                + " and length "
                + length
                + " does not fit behind "
                + least,
            null);
      }
      byte[] value = new byte[length];
      frames.get(value);
      records.add(new LogRecordBytes(offset, Bytes.wrap(value)));
      least = offset + 1;
    }
    return records;
  }
}
