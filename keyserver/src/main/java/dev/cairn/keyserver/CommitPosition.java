package dev.cairn.keyserver;

/**
 * Where a transaction came to stand. One that changed nothing stands where the one before it does.
 *
 * @param epoch of the writer
 * @param index of the log record that holds its last operation
 * @param sequence its number
 */
public record CommitPosition(long epoch, long index, long sequence) {}
