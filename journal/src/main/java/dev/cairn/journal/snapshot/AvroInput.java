package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads Avro's binary encoding from an array, strictly: every length is checked against a bound and
 * against what is left before anything is allocated, and a number has exactly one encoding.
 */
final class AvroInput {
  /** Reads one item of an array. */
  @FunctionalInterface
  interface ItemReader<T> {
    T read(AvroInput input) throws SnapshotBrokenException;
  }

  private final String file;
  private final byte[] content;
  private final int end;
  private int at;

  AvroInput(String file, byte[] content, int from, int toExclusive) {
    this.file = file;
    this.content = content;
    this.at = from;
    this.end = toExclusive;
  }

  long number() throws SnapshotBrokenException {
    long zigzag = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = next();
      zigzag |= (long) (b & 0x7f) << shift;
      if ((b & 0x80) == 0) {
        if ((b == 0 && shift > 0) || (shift == 63 && b > 1)) {
          throw broken("a number is not encoded the one way");
        }
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw broken("a number has too many bytes");
  }

  long number(long least, long most, String what) throws SnapshotBrokenException {
    long value = number();
    if (value < least || value > most) {
      throw broken(what + " is " + value + ", out of range");
    }
    return value;
  }

  Bytes bytes(int least, int most, String what) throws SnapshotBrokenException {
    int length = (int) number(least, most, "length of " + what);
    if (length > end - at) {
      throw broken("ends within " + what);
    }
    Bytes value = Bytes.copyOf(content, at, at + length);
    at += length;
    return value;
  }

  /** Position of the next byte in the array. */
  int position() {
    return at;
  }

  String ascii(int most, String what) throws SnapshotBrokenException {
    Bytes raw = bytes(0, most, what);
    for (int i = 0; i < raw.size(); i++) {
      if (raw.at(i) < 0x20 || raw.at(i) == 0x7f) {
        throw broken(what + " is not plain text");
      }
    }
    return new String(raw.toByteArray(), StandardCharsets.US_ASCII);
  }

  /** One block of items, or none, and the empty block that ends an array. */
  <T> List<T> array(int most, ItemReader<T> reader, String what) throws SnapshotBrokenException {
    int count = (int) number(0, most, "number of " + what);
    List<T> items = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      items.add(reader.read(this));
    }
    if (count > 0 && number() != 0) {
      throw broken("the list of " + what + " does not end");
    }
    return items;
  }

  boolean hasMore() {
    return at < end;
  }

  void end() throws SnapshotBrokenException {
    if (at != end) {
      throw broken((end - at) + " bytes are left over");
    }
  }

  SnapshotBrokenException broken(String what) {
    return new SnapshotBrokenException(file, what);
  }

  private int next() throws SnapshotBrokenException {
    if (at >= end) {
      throw broken("ends too early");
    }
    return content[at++] & 0xff;
  }
}
