package dev.cairn.keyserver.api;

/**
 * Transactions that were taken, all of them.
 *
 * @param transactions how many
 * @param sequence of the last transaction that is durable here, whoever sent it
 * @param backedUpSequence every transaction up to this one is backed up
 */
public record TransactedMany(long transactions, long sequence, long backedUpSequence) {}
