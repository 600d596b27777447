package dev.cairn.keyserver.commitfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The few things that commit files need of a disk, so that a test can bring one that loses what was
 * not forced.
 *
 * <p>Guaranteed: what was written before a {@link CommitStorageFile#force} that returned is there
 * after a loss of power. Not guaranteed: anything about what came later; it may be there, in part,
 * or not at all, in any order.
 */
public interface CommitStorage {
  /** The names of all files, in no order. */
  List<String> list() throws IOException;

  /**
   * Creates an empty file whose name survives a loss of power.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one
   */
  CommitStorageFile create(String name) throws IOException;

  /** Opens an existing file for reading and writing. */
  CommitStorageFile open(String name) throws IOException;

  /** Removes a file; whether a loss of power brings it back is open. */
  void delete(String name) throws IOException;

  /** Replaces or creates a small file at once: a crash leaves the old bytes or the new ones. */
  void replace(String name, byte[] content) throws IOException;

  /** Reads a small file. */
  Optional<byte[]> read(String name) throws IOException;

  /** One open file. Reads may run beside a write. */
  interface CommitStorageFile extends AutoCloseable {
    long size() throws IOException;

    /** Reads from the position on until the buffer is full; less only at the end of the file. */
    void read(ByteBuffer target, long position) throws IOException;

    /** Writes all of the buffer. */
    void write(ByteBuffer source, long position) throws IOException;

    /** Cuts the file. */
    void truncate(long size) throws IOException;

    /** Makes the content, and what is needed to read it back, survive a loss of power. */
    void force() throws IOException;

    @Override
    void close() throws IOException;
  }
}
