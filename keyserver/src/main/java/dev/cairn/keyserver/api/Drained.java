package dev.cairn.keyserver.api;

/**
 * Everything that was durable when it was asked for is backed up.
 *
 * @param sequence of the last transaction that is durable here
 * @param backedUpSequence every transaction up to this one is backed up
 */
public record Drained(long sequence, long backedUpSequence) {}
