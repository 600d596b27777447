package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** Avro's binary encoding of the few types that snapshots need, into a growing array. */
final class AvroOutput {
  private byte[] buffer;
  private int length;

  AvroOutput(int capacity) {
    buffer = new byte[capacity];
  }

  AvroOutput number(long value) {
    room(10);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      buffer[length++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    buffer[length++] = (byte) rest;
    return this;
  }

  AvroOutput bytes(Bytes value) {
    number(value.size());
    return raw(value);
  }

  AvroOutput text(String value) {
    return bytes(Bytes.utf8(value));
  }

  AvroOutput raw(Bytes value) {
    room(value.size());
    length = value.copyInto(buffer, length);
    return this;
  }

  /** One block with all items, and the empty block that ends an array. */
  <T> AvroOutput array(List<T> items, BiConsumer<AvroOutput, T> writer) {
    if (!items.isEmpty()) {
      number(items.size());
      items.forEach(item -> writer.accept(this, item));
    }
    return number(0);
  }

  int size() {
    return length;
  }

  void clear() {
    length = 0;
  }

  byte[] array() {
    return buffer;
  }

  Bytes toBytes() {
    return Bytes.copyOf(buffer, 0, length);
  }

  /** How many bytes a number takes. */
  static int sizeOf(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    int size = 1;
    while ((zigzag & ~0x7fL) != 0) {
      size++;
      zigzag >>>= 7;
    }
    return size;
  }

  private void room(int more) {
    if (buffer.length - length < more) {
      buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(length, more), 2 * buffer.length));
    }
  }
}
