package dev.cairn.provider.store;

import dev.cairn.crypto.Bytes;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One bucket of S3-compatible storage. Thread-safe. Keys are at most 1,024 bytes of UTF-8, in
 * segments separated by single slashes.
 *
 * <p>Guarantees: a written object is there as a whole or not at all, and a read that starts after
 * the write has returned sees it. Non-guarantees: nothing is said about the order in which
 * concurrent writers of one key win, except that of several {@code putIfAbsent} exactly one answers
 * {@link PutResult#CREATED}. Every method throws {@link StoreUnavailableException} when the storage
 * cannot be reached or refuses.
 */
public interface ObjectStore {
  /** Largest object that is written with one request; beyond it a conditional write is not one. */
  long MAX_OBJECT_SIZE = 64L << 20;

  /** Writes {@code content} unless the key exists (one PUT with {@code If-None-Match: *}). */
  PutResult putIfAbsent(String key, Bytes content) throws StoreUnavailableException;

  /** Writes a file of at most {@link #MAX_OBJECT_SIZE} bytes unless the key exists. */
  PutResult putIfAbsent(String key, Path file) throws StoreUnavailableException;

  /** Writes {@code content}, whether or not the key exists. */
  void put(String key, Bytes content) throws StoreUnavailableException;

  /**
   * Reads a whole object; empty when there is none.
   *
   * @throws StoreUnavailableException also when the object is larger than {@code limit} bytes
   */
  Optional<Bytes> get(String key, long limit) throws StoreUnavailableException;

  /**
   * Opens the bytes from {@code from} (inclusive) to {@code to} (exclusive) of an object; empty
   * when there is none. The stream throws {@link StoreUnavailableException} when it breaks off
   * early: it never ends as if the object did. Of an object that is overwritten meanwhile, nothing
   * is said about which content is read.
   *
   * @throws IllegalArgumentException unless {@code 0 <= from < to <= size}
   */
  Optional<InputStream> open(String key, long from, long to) throws StoreUnavailableException;

  /** Size and age of an object; empty when there is none. */
  Optional<ObjectStat> stat(String key) throws StoreUnavailableException;

  /** All objects whose key starts with {@code prefix}, ascending by key in UTF-8. */
  List<ObjectStat> list(String prefix) throws StoreUnavailableException;

  /** Deletes objects; those that do not exist are passed over. */
  void delete(List<String> keys) throws StoreUnavailableException;
}
