package dev.cairn.keyserver.engine;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.keyserver.state.SealedBase;
import dev.cairn.keyserver.state.StatePoint;
import java.util.Optional;

/** The record that goes over from one state to the same one, sealed anew. */
final class BaseOpening {
  private BaseOpening() {}

  /** Signs it: behind that tip, in the epoch and key version that the base is sealed for. */
  static EpochOpened sign(
      ChainTip tip, SealedBase base, Bytes manifestSha256, KeyRing before, KeyRing next, long now) {
    boolean rotation = next.keyVersion() != before.keyVersion();
    EpochDraft draft =
        new EpochDraft(
            new EpochHeader(
                base.target().userId(),
                next.keyVersion(),
                base.target().epoch(),
                rotation ? EpochReason.ROTATION : EpochReason.REBASE,
                tip.index() + 1,
                tip.head(),
                tip.sequence(),
                next.author().publicKey(),
                Optional.of(manifestSha256),
                base.accumulator().digest(),
                base.tags(),
                Math.max(now, tip.timestamp())));
    return rotation ? draft.sign(before.author(), next.author()) : draft.sign(next.author());
  }

  /** Whether a base is the one that a record goes over to. */
  static boolean isOf(SealedBase base, EpochOpened opened) {
    return base.target().userId().equals(opened.userId())
        && base.target().keyVersion() == opened.keyVersion()
        && base.target().epoch() == opened.epoch()
        && base.tags() == opened.objectCount()
        && base.accumulator().digest().equals(opened.stateDigest());
  }

  /** Where the store stands after the record. */
  static StatePoint pointAfter(EpochOpened opened, SealedBase base) {
    return new StatePoint(
        opened.keyVersion(),
        opened.epoch(),
        opened.index(),
        opened.head(),
        opened.header().sequence(),
        base.accumulator().toBytes(),
        base.tags());
  }
}
