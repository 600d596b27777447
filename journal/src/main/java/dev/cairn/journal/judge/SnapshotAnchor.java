package dev.cairn.journal.judge;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.Header;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.SignedHeader;

/**
 * The record that a snapshot is the state of, and the opening of its epoch: where a reader with
 * that snapshot begins.
 *
 * <p>Such a reader starts behind the first copy of this record in the log, or, where there is none,
 * at the log's start; nothing before that copy counts. {@link #isCopy} recognizes it. The position
 * which a manifest gives is a hint: if the record before it is a copy, start there.
 *
 * <p>Where the state was replaced by a base, both are the {@code EpochOpened} that names the base.
 */
public final class SnapshotAnchor {
  private final SignedHeader last;
  private final SignedHeader epochOpened;
  private final ChainPosition position;

  private SnapshotAnchor(SignedHeader last, SignedHeader epochOpened, ChainPosition position) {
    this.last = last;
    this.epochOpened = epochOpened;
    this.position = position;
  }

  /**
   * Checks that both are this user's, belong together and are signed by the key that the opening
   * names.
   *
   * @param last the last record that the snapshot contains
   * @param epochOpened the opening in force then; the same one, if it was itself the last record
   */
  public static SnapshotAnchor of(
      UserId userId, SignedHeader last, SignedHeader epochOpened, TrustedKeys trusted)
      throws AnchorBrokenException {
    return of(userId, last, epochOpened, trusted, AuthorPublicKey::verifies);
  }

  static SnapshotAnchor of(
      UserId userId,
      SignedHeader last,
      SignedHeader epochOpened,
      TrustedKeys trusted,
      SignatureCheck signatures)
      throws AnchorBrokenException {
    if (!(epochOpened.header() instanceof EpochHeader opening)) {
      throw new AnchorBrokenException("what stands for the opening of the epoch is a commit");
    }
    Header record = last.header();
    AuthorPublicKey author = opening.author();
    require(
        opening.userId().equals(userId) && record.userId().equals(userId), "it is another user's");
    require(
        record.keyVersion() == opening.keyVersion() && record.epoch() == opening.epoch(),
        "record and opening are of different epochs");
    require(
        trusted.allow(opening.keyVersion(), author),
        "it is signed by another key than the owner's");
    require(record.openOperations() == 0, "a transaction is unfinished after its record");
    require(
        record instanceof EpochHeader ? last.equals(epochOpened) : record.index() > opening.index(),
        "the record does not come after the opening of its epoch");
    require(
        isSigned(epochOpened, author, signatures),
        "the opening of the epoch is not signed by its key");
    require(isSigned(last, author, signatures), "its record is not signed by the key of its epoch");
    return new SnapshotAnchor(last, epochOpened, ChainPosition.after(record, last.head(), author));
  }

  private static boolean isSigned(
      SignedHeader signed, AuthorPublicKey author, SignatureCheck check) {
    return check.verifies(
        author, signed.header().toBytes(), signed.signatures().get(signed.signatures().size() - 1));
  }

  private static void require(boolean holds, String otherwise) throws AnchorBrokenException {
    if (!holds) {
      throw new AnchorBrokenException(otherwise);
    }
  }

  public UserId userId() {
    return last.header().userId();
  }

  public SignedHeader last() {
    return last;
  }

  public SignedHeader epochOpened() {
    return epochOpened;
  }

  public Bytes head() {
    return position.head();
  }

  /** Where the chain stands after the record. */
  public ChainPosition position() {
    return position;
  }

  /**
   * Whether a record of the log is this very record: heads cover everything, operations and
   * signatures too.
   */
  public boolean isCopy(LogRecord record) {
    return record.head().equals(position.head());
  }
}
