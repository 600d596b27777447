package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.journal.judge.ChainPosition;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.MalformedRecordException;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.journal.record.RecordLimits;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.recover.WorkDirectory.TakeoverState;
import dev.cairn.keyserver.service.LogTruncatedException;
import dev.cairn.keyserver.service.Pauses;
import dev.cairn.keyserver.service.TakeoverGrant;
import dev.cairn.keyserver.setup.EpochAppender;
import dev.cairn.schemas.wire.SchemaIds;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes this machine the log's writer, once everything up to here is verified.
 *
 * <table>
 * <caption>Steps; each may be cut off and repeated</caption>
 * <tr><th>step</th><th>remembered before it</th></tr>
 * <tr><td>ask for the log, until the old writer is shut out</td><td>the id of the takeover</td></tr>
 * <tr><td>verify up to the final end</td><td></td></tr>
 * <tr><td>append {@code EpochOpened}</td><td>the signed record, which is sent again verbatim</td></tr>
 * <tr><td>read it back as accepted</td><td></td></tr>
 * </table>
 *
 * <p>Where a commit of the old writer slipped in first, the record is unopened: read on, and open
 * again in the same epoch. Where the log has reached the epoch by another hand, take a new grant.
 */
final class Takeover {
  private static final int ID_BYTES = 16;
  private static final int ROUNDS = 16;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Access access;
  private final EpochAppender appender;
  private final WorkDirectory work;
  private final Clock clock;
  private final SecureRandom random;
  private final RecordCodec codec = RecordCodec.withBuiltInSchemas();

  Takeover(
      Access access, EpochAppender appender, WorkDirectory work, Clock clock, SecureRandom random) {
    this.access = access;
    this.appender = appender;
    this.work = work;
    this.clock = clock;
    this.random = random;
  }

  /** Says whether the tail, read this far, is whole; throws if it is not. */
  interface Verification {
    void check(Tail tail) throws CandidateBrokenException;
  }

  /**
   * Takes the log over; the tail then stands at the opening of the epoch that this machine may
   * write in.
   */
  ChainPosition run(Tail tail, Verification verification)
      throws CandidateBrokenException, LogTruncatedException {
    TakeoverState state = work.takeover().orElseGet(this::begin);
    for (int round = 0; round < ROUNDS; round++) {
      TakeoverGrant.Issued grant = await(state.takeoverId());
      tail.readTo(grant.finalEndOffset());
      ChainPosition at = tail.position();
      if (isOpenedBy(state, at)) {
        return at; // An earlier run's record got through.
      }
      if (at.epoch() >= grant.epoch()) {
        state = begin();
        continue;
      }
      requireWithinReach(grant.epoch(), at);
      verification.check(tail);
      Optional<Bytes> usable = state.record().filter(record -> follows(record, at, grant));
      if (usable.isEmpty()) {
        usable =
            Optional.of(
                new RecordCodec(SchemaIds.ofSubjects(grant.connection().schemaIds()))
                    .encode(sign(at, grant)));
        state = new TakeoverState(state.takeoverId(), usable);
        work.remember(state);
      }
      long offset = appender.append(grant.connection(), usable.get());
      tail.readTo(offset + 1);
      tail.readToEnd();
      if (isOpenedBy(state, tail.position())) {
        return tail.position();
      }
    }
    throw new UnavailableException(
        "The log could not be opened in "
            + ROUNDS
            + " attempts, because others write to it. What is done so far is remembered; run it"
            + " again");
  }

  /**
   * No reader accepts a greater step, and a signed record of that epoch would make the log seem
   * damaged until the epoch is reached.
   */
  private static void requireWithinReach(long epoch, ChainPosition at) {
    if (epoch - at.epoch() > RecordLimits.MAX_EPOCH_JUMP) {
      throw new IntegrityException(
          "The service grants epoch "
              + epoch
              + ", and the log is in epoch "
              + at.epoch()
              + ": no reader would follow. Nothing was written to the log and no home was made; ask"
              + " the provider");
    }
  }

  private TakeoverState begin() {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    TakeoverState state = new TakeoverState(Bytes.wrap(id).hex(), Optional.empty());
    work.remember(state);
    return state;
  }

  private TakeoverGrant.Issued await(String takeoverId) {
    Access.SignedCall<TakeoverGrant, RuntimeException> ask =
        (token, signer) -> access.service().takeOver(token, signer, takeoverId);
    Duration pause = FIRST_PAUSE;
    for (long deadline = System.nanoTime() + PATIENCE.toNanos(); ; ) {
      switch (access.call(ask)) {
        case TakeoverGrant.Issued issued -> {
          return issued;
        }
        case TakeoverGrant.Pending pending -> {
          if (System.nanoTime() >= deadline) {
            throw new UnavailableException(
                "The old keyserver is not shut out yet after "
                    + PATIENCE.toSeconds()
                    + " s. What is done so far is remembered; run it again");
          }
          Pauses.pause(pause);
          pause =
              pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                  ? LONGEST_PAUSE
                  : pause.multipliedBy(2);
        }
      }
    }
  }

  /** Whether the chain ends with the very record that was remembered. */
  private boolean isOpenedBy(TakeoverState state, ChainPosition at) {
    return state
        .record()
        .flatMap(this::decode)
        .filter(it -> it.head().equals(at.head()))
        .isPresent();
  }

  private Optional<LogRecord> decode(Bytes record) {
    try {
      return Optional.of(codec.decode(record));
    } catch (MalformedRecordException e) {
      return Optional.empty(); // What an earlier run remembered is damaged: it is signed anew.
    }
  }

  private boolean follows(Bytes record, ChainPosition at, TakeoverGrant.Issued grant) {
    return decode(record)
        .filter(decoded ->
            decoded.previousHead().equals(at.head())
                && decoded.index() == at.index() + 1
                && decoded.epoch() == grant.epoch())
        .isPresent();
  }

  private LogRecord sign(ChainPosition at, TakeoverGrant.Issued grant) {
    KeyRing ring = access.keys().ring(at.keyVersion()).orElseThrow();
    return new EpochDraft(
            new EpochHeader(
                access.keys().userId(),
                at.keyVersion(),
                grant.epoch(),
                EpochReason.TAKEOVER,
                at.index() + 1,
                at.head(),
                at.sequence(),
                ring.author().publicKey(),
                Optional.empty(),
                at.stateDigest(),
                at.objectCount(),
                Math.max(clock.millis(), at.timestamp())))
        .sign(ring.author());
  }
}
