package dev.cairn.keyserver.publish;

import dev.cairn.crypto.Bytes;
import java.util.List;
import java.util.OptionalLong;

/**
 * The owner's log as the publisher uses it: one topic with one partition. Every method throws
 * {@link LogUnavailableException} or {@link LogRefusedException}, and nothing else, when it cannot
 * do its work.
 */
public interface LogPort extends AutoCloseable {
  /** Which offsets the log holds now. */
  LogExtent extent();

  /**
   * Reads on from an offset, at least one record if there is one before the end.
   *
   * @param from within the extent
   * @param end where to stop, exclusive
   */
  LogBatch read(long from, long end);

  /** Opens a way to append. */
  Sender openSender(SendListener listener);

  @Override
  void close();

  /** One record of the log. */
  record LogEntry(long offset, Bytes value) {}

  /**
   * Some records in order.
   *
   * @param nextOffset where to read on; the offsets before it are done with, whether they held a
   *     record or not
   */
  record LogBatch(List<LogEntry> entries, long nextOffset) {
    public LogBatch {
      entries = List.copyOf(entries);
    }
  }

  /**
   * Appends records in the order of the calls. After the first failure nothing more may be sent,
   * and nothing that was queued behind it may still reach the log: a hole would be the end of the
   * chain.
   */
  interface Sender extends AutoCloseable {
    /** Queues one record; may block while the log is away. The listener hears what became of it. */
    void send(long index, Bytes value);

    /** Drops what is queued, at once. What is under way may or may not arrive. */
    @Override
    void close();
  }

  /** Hears what became of each record; called from any thread. */
  interface SendListener {
    /**
     * The log has it.
     *
     * @param offset where it stands; absent if the log does not say
     */
    void acknowledged(long index, OptionalLong offset);

    /** Called when nothing that was queued behind it can be sent any more. */
    void failed(long index, RuntimeException cause);
  }
}
