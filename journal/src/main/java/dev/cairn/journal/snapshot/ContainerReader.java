package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Reads one container file block by block from a stream, and compares its header, markers, size and
 * SHA-256 with what the manifest says. Holds one block at a time. Not thread-safe.
 */
final class ContainerReader implements AutoCloseable {
  /** The block's entries, valid until the next block is read. */
  record Block(AvroInput entries, long count, long offset) {}

  private final SnapshotFile file;
  private final InputStream in;
  private final Bytes header;
  private final byte[] marker;
  private final MessageDigest digest = Sha256.newDigest();
  private final byte[] single = new byte[1];
  private byte[] buffer = new byte[SnapshotFormat.BLOCK_BYTES + SnapshotFormat.BLOCK_BYTES / 4];
  private long consumed;
  private boolean begun;

  ContainerReader(SnapshotFile file, InputStream in, String schema, Bytes marker) {
    this.file = file;
    this.in = new BufferedInputStream(in, SnapshotFormat.BLOCK_BYTES);
    this.header = Containers.header(schema, marker);
    this.marker = marker.toByteArray();
  }

  /**
   * The next block; empty at the end of the file, which then has the size and the digest that the
   * manifest gives.
   *
   * @throws IOException if the stream fails, which says nothing about the snapshot
   */
  Optional<Block> next() throws IOException, SnapshotBrokenException {
    if (!begun) {
      begun = true;
      read(header.size(), "header");
      if (!Bytes.copyOf(buffer, 0, header.size()).equals(header)) {
        throw broken("its header is not that of this file");
      }
    }
    if (consumed == file.size()) {
      end();
      return Optional.empty();
    }
    long count = number(1, SnapshotFormat.MAX_BLOCK_BYTES, "number of entries");
    int size = (int) number(1, SnapshotFormat.MAX_BLOCK_BYTES, "size of a block");
    long offset = consumed;
    read(size + marker.length, "block");
    for (int i = 0; i < marker.length; i++) {
      if (buffer[size + i] != marker[i]) {
        throw broken("a block does not end with the marker of this file");
      }
    }
    return Optional.of(new Block(new AvroInput(file.name(), buffer, 0, size), count, offset));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void end() throws IOException, SnapshotBrokenException {
    if (in.read() >= 0) {
      throw broken("it is longer than " + file.size() + " bytes");
    }
    Bytes sha256 = Bytes.wrap(digest.digest());
    if (!sha256.equals(file.sha256())) {
      throw broken("its SHA-256 is " + sha256.hex() + ", not " + file.sha256().hex());
    }
  }

  private long number(long least, long most, String what)
      throws IOException, SnapshotBrokenException {
    byte[] encoded = new byte[10];
    int length = 0;
    do {
      if (length == encoded.length) {
        throw broken(what + " has too many bytes");
      }
      if (consumed == file.size()) {
        throw broken("it ends within the " + what);
      }
      int b = in.read();
      if (b < 0) {
        throw broken("it ends after " + consumed + " of " + file.size() + " bytes");
      }
      single[0] = (byte) b;
      digest.update(single);
      consumed++;
      encoded[length++] = (byte) b;
    } while (encoded[length - 1] < 0);
    return new AvroInput(file.name(), encoded, 0, length).number(least, most, what);
  }

  private void read(int length, String what) throws IOException, SnapshotBrokenException {
    if (length > file.size() - consumed) {
      throw broken("it ends within the " + what);
    }
    if (buffer.length < length) {
      buffer = new byte[length];
    }
    int got = in.readNBytes(buffer, 0, length);
    if (got < length) {
      throw broken("it ends after " + (consumed + got) + " of " + file.size() + " bytes");
    }
    digest.update(buffer, 0, length);
    consumed += length;
  }

  private SnapshotBrokenException broken(String what) {
    return new SnapshotBrokenException(file.name(), what);
  }
}
