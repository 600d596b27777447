package dev.cairn.keyserver.drill;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.MalformedRecordException;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.commitfile.CommitPeek;
import dev.cairn.keyserver.commitfile.DiskCommitStorage;
import dev.cairn.keyserver.home.HomeView;
import dev.cairn.keyserver.publish.AcknowledgedMark;
import dev.cairn.keyserver.state.StatePeek;
import dev.cairn.keyserver.state.StatePoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/** What the keyserver itself holds, read beside it while it goes on. */
final class OwnState {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final HomeView home;

  OwnState(HomeView home) {
    this.home = home;
  }

  /** Index of a record that was backed up before now, with all before it. */
  OptionalLong backedUp() {
    try {
      return AcknowledgedMark.read(DiskCommitStorage.in(home.commitDirectory()))
          .map(mark -> OptionalLong.of(mark.index()))
          .orElse(OptionalLong.empty());
    } catch (IOException e) {
      throw new UncheckedIOException("The commit files of " + home.directory(), e);
    }
  }

  /**
   * Compares the state at a record.
   *
   * <p>Where the keyserver stands at that very record, its own state is compared: head, digest,
   * count. Where it is past it, the record as it lies in its commit files is: its head covers the
   * digest of the whole state after it, which the recovery has recomputed.
   *
   * @return what differs; empty if nothing does
   */
  Optional<String> difference(StatePoint recovered) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      StatePoint own = StatePeek.point(home.storeFile(), home.identity().userId());
      boolean same = own.epoch() == recovered.epoch() && own.index() == recovered.index();
      if (same) {
        return compare(own, recovered);
      }
      if (own.index() > recovered.index() || own.epoch() > recovered.epoch()) {
        Optional<Bytes> head = ownHead(recovered.index());
        if (head.isPresent()) {
          return head.get().equals(recovered.head())
              ? Optional.empty()
              : Optional.of(
                  "record "
                      + recovered.index()
                      + " of the backup is not the one of this keyserver");
        }
      }
      if (System.nanoTime() > deadline) {
        return Optional.of(
            "this keyserver stands at record "
                + own.index()
                + " of epoch "
                + own.epoch()
                + " and keeps no record "
                + recovered.index()
                + " of epoch "
                + recovered.epoch()
                + " to compare with");
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static Optional<String> compare(StatePoint own, StatePoint recovered) {
    if (!own.head().equals(recovered.head())) {
      return Optional.of("the backup ends with another record than this keyserver");
    }
    if (!own.accumulator().equals(recovered.accumulator()) || own.tags() != recovered.tags()) {
      return Optional.of("the recovered state is not the state of this keyserver");
    }
    return Optional.empty();
  }

  private Optional<Bytes> ownHead(long index) {
    try {
      Optional<Bytes> record = CommitPeek.record(home.commitDirectory(), index);
      if (record.isEmpty()) {
        return Optional.empty();
      }
      LogRecord own = RecordCodec.withBuiltInSchemas().decode(record.get());
      return own.index() == index ? Optional.of(own.head()) : Optional.empty();
    } catch (MalformedRecordException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("The commit files of " + home.directory(), e);
    }
  }
}
