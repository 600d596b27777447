package dev.cairn.keyserver.api;

/**
 * How far things are; the data of the events of {@link LocalPaths#RECEIPTS}.
 *
 * @param sequence every transaction up to this one is durable here
 * @param backedUpSequence every transaction up to this one is backed up
 * @param fenced whether another keyserver has taken the log over: nothing more will be backed up
 */
public record Progress(long sequence, long backedUpSequence, boolean fenced) {}
