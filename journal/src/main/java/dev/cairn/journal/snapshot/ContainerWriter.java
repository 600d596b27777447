package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/**
 * Writes one container file. A block ends with the entry that fills it, so the same entries give
 * the same bytes. Not thread-safe.
 */
final class ContainerWriter implements AutoCloseable {
  private final OutputStream out;
  private final byte[] marker;
  private final MessageDigest digest = Sha256.newDigest();
  private final AvroOutput block =
      new AvroOutput(SnapshotFormat.BLOCK_BYTES + SnapshotFormat.BLOCK_BYTES / 4);
  private final AvroOutput prefix = new AvroOutput(32);
  private long blockEntries;
  private long written;

  ContainerWriter(OutputStream out, String schema, Bytes marker) throws IOException {
    this.out = new BufferedOutputStream(out, SnapshotFormat.BLOCK_BYTES);
    this.marker = marker.toByteArray();
    Bytes header = Containers.header(schema, marker);
    write(header.toByteArray(), header.size());
  }

  /** Begins an entry, which the caller appends to what this returns. */
  AvroOutput beginEntry() {
    blockEntries++;
    return block;
  }

  /** Whether the block must be ended before the next entry. */
  boolean isBlockFull() {
    return block.size() >= SnapshotFormat.BLOCK_BYTES;
  }

  /**
   * Writes the block out, if it holds anything, and returns where its first entry stands in the
   * file.
   */
  long endBlock() throws IOException {
    if (blockEntries == 0) {
      return written;
    }
    prefix.clear();
    prefix.number(blockEntries).number(block.size());
    write(prefix.array(), prefix.size());
    long first = written;
    write(block.array(), block.size());
    write(marker, marker.length);
    block.clear();
    blockEntries = 0;
    return first;
  }

  /** At most how many bytes the file has if so many more are appended and nothing else. */
  long sizeWith(long moreBytes) {
    return written + block.size() + moreBytes + 2L * SnapshotFormat.BLOCK_OVERHEAD_BYTES;
  }

  /** Bytes of the file so far, without the block at hand. */
  long written() {
    return written;
  }

  /** Ends the file and returns its SHA-256. */
  Bytes finish() throws IOException {
    endBlock();
    out.flush();
    return Bytes.wrap(digest.digest());
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void write(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
    digest.update(bytes, 0, length);
    written += length;
  }
}
