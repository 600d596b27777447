package dev.cairn.keyserver.api;

/**
 * A transaction that was taken. One that changed nothing stands where the one before it does.
 *
 * @param epoch of the writer
 * @param index of the log record that holds its last operation
 * @param sequence its number
 * @param backedUp whether that was waited for and is so; it is durable in any case
 */
public record Transacted(long epoch, long index, long sequence, boolean backedUp) {}
