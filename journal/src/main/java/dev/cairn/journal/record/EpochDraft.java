package dev.cairn.journal.record;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import java.util.List;
import java.util.Optional;

/** The opening of an epoch before it is signed: exactly its header. */
public record EpochDraft(EpochHeader header) {

  /** The first record of a log. */
  public static EpochDraft genesis(UserId userId, AuthorPublicKey author, long timestamp) {
    return new EpochDraft(
        new EpochHeader(
            userId,
            1,
            1,
            EpochReason.GENESIS,
            0,
            Heads.genesis(userId),
            0,
            author,
            Optional.empty(),
            new StateAccumulator().digest(),
            0,
            timestamp));
  }

  /** Signs with the key in force; not for rotation, which two keys sign. */
  public EpochOpened sign(AuthorKey author) {
    return sign(author::sign);
  }

  /** Signs with the key in force; not for rotation, which two keys sign. */
  public EpochOpened sign(Signer author) {
    Bytes bytes = header.toBytes();
    return new EpochOpened(header, bytes, List.of(author.sign(bytes)));
  }

  /** Signs a rotation. */
  public EpochOpened sign(AuthorKey old, AuthorKey next) {
    return sign(old::sign, next::sign);
  }

  /** Signs a rotation. */
  public EpochOpened sign(Signer old, Signer next) {
    Bytes bytes = header.toBytes();
    return new EpochOpened(header, bytes, List.of(old.sign(bytes), next.sign(bytes)));
  }
}
