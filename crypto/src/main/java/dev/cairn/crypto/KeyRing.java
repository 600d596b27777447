package dev.cairn.crypto;

/**
 * The keys that derive from a backup key for one user and key version. Thread-safe; {@link
 * #close()} closes them all.
 */
public final class KeyRing implements AutoCloseable {
  private final UserId userId;
  private final int keyVersion;
  private final AuthorKey author;
  private final TagKey tags;
  private final ObjectSealer sealer;

  KeyRing(UserId userId, int keyVersion, AuthorKey author, TagKey tags, ObjectSealer sealer) {
    this.userId = userId;
    this.keyVersion = keyVersion;
    this.author = author;
    this.tags = tags;
    this.sealer = sealer;
  }

  /** Whose keys these are. */
  public UserId userId() {
    return userId;
  }

  /** The version of the backup key that they derive from. */
  public int keyVersion() {
    return keyVersion;
  }

  /** Signs records and statements. */
  public AuthorKey author() {
    return author;
  }

  /** Names objects without revealing their names. */
  public TagKey tags() {
    return tags;
  }

  /** Seals and opens objects. */
  public ObjectSealer sealer() {
    return sealer;
  }

  /** Zeroes all keys of this ring. */
  @Override
  public void close() {
    author.close();
    tags.close();
    sealer.close();
  }

  @Override
  public String toString() {
    return "KeyRing(" + userId + ", key version " + keyVersion + ")";
  }
}
