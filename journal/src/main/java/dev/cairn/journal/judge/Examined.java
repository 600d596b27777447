package dev.cairn.journal.judge;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.journal.record.LogRecord;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record decoded, its operations hashed, its signatures perhaps checked already. Holds whatever
 * does not depend on the records before it, so that many may be prepared at once. Thread-safe.
 */
public final class Examined {
  private record Answer(AuthorPublicKey key, boolean holds) {}

  private final Optional<LogRecord> record;
  private final String defect;
  private final SignatureCheck signatures;
  private volatile @Nullable Answer signed;
  private volatile @Nullable Answer rotation;

  private Examined(Optional<LogRecord> record, String defect, SignatureCheck signatures) {
    this.record = record;
    this.defect = defect;
    this.signatures = signatures;
  }

  static Examined readable(LogRecord record, SignatureCheck signatures) {
    return new Examined(Optional.of(record), "", signatures);
  }

  static Examined unreadable(String defect) {
    return new Examined(Optional.empty(), defect, (key, message, signature) -> false);
  }

  /** The record, if the bytes are one. */
  public Optional<LogRecord> record() {
    return record;
  }

  /** Why the bytes are no record; empty if they are. */
  public String defect() {
    return defect;
  }

  /**
   * Whether the record holds under the key of its own key version: the last signature, which is the
   * only one but for a rotation, whose first one is by a key that may be forgotten.
   */
  boolean isSignedBy(AuthorPublicKey author) {
    Answer known = signed;
    if (known == null || !known.key.equals(author)) {
      known = new Answer(author, record.filter(it -> endsWith(it, author)).isPresent());
      signed = known;
    }
    return known.holds;
  }

  /**
   * Whether the record is a rotation that the old key signed first and the key that it names last.
   */
  boolean isRotationBy(AuthorPublicKey old) {
    Answer known = rotation;
    if (known == null || !known.key.equals(old)) {
      known = new Answer(old, record.filter(it -> rotatesFrom(it, old)).isPresent());
      rotation = known;
    }
    return known.holds;
  }

  /** Checks ahead of the judge what it is going to ask, if this is the key in force then. */
  void prepare(int keyVersion, AuthorPublicKey author) {
    record.ifPresent(it -> {
      if (it.keyVersion() == keyVersion) {
        isSignedBy(author);
      } else if (it.keyVersion() == keyVersion + 1 && isRotation(it)) {
        isRotationBy(author);
      }
    });
  }

  static boolean isRotation(LogRecord record) {
    return record instanceof EpochOpened opened && opened.reason() == EpochReason.ROTATION;
  }

  private boolean endsWith(LogRecord it, AuthorPublicKey author) {
    List<Bytes> all = it.signatures();
    return signatures.verifies(author, it.headerBytes(), all.get(all.size() - 1));
  }

  private boolean rotatesFrom(LogRecord it, AuthorPublicKey old) {
    return it instanceof EpochOpened opened
        && isRotation(opened)
        && signatures.verifies(old, opened.headerBytes(), opened.signatures().get(0))
        && signatures.verifies(opened.author(), opened.headerBytes(), opened.signatures().get(1));
  }
}
