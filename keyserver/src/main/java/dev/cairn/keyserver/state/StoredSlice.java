package dev.cairn.keyserver.state;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.ObjectSlice;

/**
 * One live tag: what it stands for, and the element that it adds to the state digest.
 *
 * @param tag 32 bytes
 * @param element 32 bytes
 * @param epoch that it was sealed in
 * @param sequence of the transaction that wrote it
 * @param slice the opened content
 */
public record StoredSlice(Bytes tag, Bytes element, long epoch, long sequence, ObjectSlice slice) {}
