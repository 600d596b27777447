package dev.cairn.journal.judge;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.journal.record.Heads;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.RecordLimits;
import dev.cairn.journal.record.SignedHeader;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Judges the records of one user's log in offset order. Keyserver, compactor and recovering client
 * use this one piece of code, so that they all see the same chain and the same damage.
 *
 * <p>What it guarantees: two judges that read the same log, one from genesis and one from any
 * snapshot made at a {@link Judgement#clean() clean} record of it, end at the same {@link
 * #position()} with the same {@link #damage()}. What it does not: it cannot see that the end of a
 * log was cut off; it does not compare the signed digests with the state ({@link
 * dev.cairn.journal.state.StateFold} does).
 *
 * <p>Not thread-safe; memory is bounded, see {@link Strays}. Forward only: offsets ascend strictly,
 * and may have gaps.
 */
public final class Judge {
  /**
   * Records off the chain that a judge remembers at most. Part of the format: all readers share it.
   */
  public static final int REMEMBERED_RECORDS = 65_536;

  /** Headers of records of later key versions that are kept until their key is known, in bytes. */
  public static final long UNVERIFIED_HEADER_BYTES = 16L * 1024 * 1024;

  private static final Map<Verdict, String> REASONS =
      Map.of(
          Verdict.STALE, "of an earlier epoch",
          Verdict.UNOPENED, "opens an epoch where the chain has gone on",
          Verdict.PASSED, "sent again, or lost a race",
          Verdict.AHEAD, "does not follow the chain's last record");

  private static final Bytes EMPTY_STATE = new StateAccumulator().digest();

  private final Authenticator authenticator;
  private final UserId userId;
  private final TrustedKeys trusted;
  private final Strays strays;
  private final Unverified unverified = new Unverified(UNVERIFIED_HEADER_BYTES);
  private final AlienAlarm aliens = new AlienAlarm();
  private final Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);

  private Optional<ChainPosition> position = Optional.empty();
  private Optional<SignedHeader> last = Optional.empty();
  private Optional<SignedHeader> epochOpened = Optional.empty();
  private OptionalLong lastAcceptedOffset = OptionalLong.empty();
  private OptionalLong previousOffset = OptionalLong.empty();

  private Judge(
      Authenticator authenticator, UserId userId, TrustedKeys trusted, int rememberedRecords) {
    this.authenticator = authenticator;
    this.userId = userId;
    this.trusted = trusted;
    this.strays = new Strays(rememberedRecords);
  }

  /** A reader of the whole log. */
  public static Judge fromGenesis(Authenticator authenticator, UserId userId, TrustedKeys trusted) {
    return fromGenesis(authenticator, userId, trusted, REMEMBERED_RECORDS);
  }

  /** A reader of the whole log that knows only our own schemas. */
  public static Judge fromGenesis(UserId userId, Optional<AuthorPublicKey> expected) {
    return fromGenesis(
        Authenticator.withBuiltInSchemas(),
        userId,
        expected.map(key -> TrustedKeys.of(1, key)).orElse(TrustedKeys.none()));
  }

  /**
   * A reader with a snapshot. It must be shown only what stands behind the anchor's first copy in
   * the log.
   */
  public static Judge fromSnapshot(
      Authenticator authenticator, SnapshotAnchor anchor, TrustedKeys trusted) {
    return fromSnapshot(authenticator, anchor, trusted, REMEMBERED_RECORDS);
  }

  /** A reader with a snapshot that knows only our own schemas. */
  public static Judge fromSnapshot(SnapshotAnchor anchor) {
    return fromSnapshot(Authenticator.withBuiltInSchemas(), anchor, TrustedKeys.none());
  }

  static Judge fromGenesis(
      Authenticator authenticator, UserId userId, TrustedKeys trusted, int rememberedRecords) {
    return new Judge(authenticator, userId, trusted, rememberedRecords);
  }

  static Judge fromSnapshot(
      Authenticator authenticator,
      SnapshotAnchor anchor,
      TrustedKeys trusted,
      int rememberedRecords) {
    Judge judge = new Judge(authenticator, anchor.userId(), trusted, rememberedRecords);
    judge.position = Optional.of(anchor.position());
    judge.last = Optional.of(anchor.last());
    judge.epochOpened = Optional.of(anchor.epochOpened());
    return judge;
  }

  /** Judges the next record of the log, whatever its bytes are. */
  public Judgement judge(long offset, Bytes value) {
    return judge(offset, authenticator.examine(value));
  }

  /**
   * Judges the next record of the log.
   *
   * @throws IllegalArgumentException if the offset is not greater than the one before
   */
  public Judgement judge(long offset, Examined examined) {
    if (offset < 0 || (previousOffset.isPresent() && offset <= previousOffset.getAsLong())) {
      throw new IllegalArgumentException(
          "Offset " + offset + " does not come after " + previousOffset);
    }
    previousOffset = OptionalLong.of(offset);
    Judgement judgement = decide(offset, examined);
    counts.merge(judgement.verdict(), 1L, Long::sum);
    return judgement;
  }

  /** Where the accepted chain stands; empty until the first record is accepted. */
  public Optional<ChainPosition> position() {
    return position;
  }

  /** Header and signatures of the last accepted record, as a manifest keeps them. */
  public Optional<SignedHeader> lastRecord() {
    return last;
  }

  /** Header and signatures of the opening in force, as a manifest keeps them. */
  public Optional<SignedHeader> epochOpened() {
    return epochOpened;
  }

  /** Offset of the last record that this judge accepted. */
  public OptionalLong lastAcceptedOffset() {
    return lastAcceptedOffset;
  }

  /** Author keys in force, by key version, for {@link Authenticator#examineAll}. */
  public Map<Integer, AuthorPublicKey> candidateKeys() {
    return position.map(at -> Map.of(at.keyVersion(), at.author())).orElse(trusted.byKeyVersion());
  }

  /** How many records got which verdict so far. */
  public long count(Verdict verdict) {
    return counts.getOrDefault(verdict, 0L);
  }

  /** Index that the chain waits for. */
  public long nextIndex() {
    return position.map(at -> at.index() + 1).orElse(0L);
  }

  public boolean isDamaged() {
    return aliens.isRaised() || (position.isPresent() && strays.exceed(place(position.get())));
  }

  /** Damage that nothing has healed up to here: its first evidence. */
  public Optional<Damage> damage() {
    Optional<Damage> byAlien =
        aliens
            .raised()
            .map(it ->
                new Damage(
                    it.laterKey() ? Damage.Kind.LATER_KEY_VERSION : Damage.Kind.ALIEN_RECORD,
                    it.offset(),
                    nextIndex(),
                    OptionalLong.empty()));
    Optional<Damage> byStray =
        position
            .flatMap(at -> strays.firstExceeding(place(at)))
            .map(it ->
                new Damage(
                    Damage.Kind.RECORDS_MISSING,
                    it.offset(),
                    nextIndex(),
                    OptionalLong.of(it.place().index())));
    if (byAlien.isPresent() && byStray.isPresent()) {
      return byStray.get().offset() < byAlien.get().offset() ? byStray : byAlien;
    }
    return byAlien.or(() -> byStray);
  }

  private Judgement decide(long offset, Examined examined) {
    if (examined.record().isEmpty()) {
      return alien(offset, examined, false, "not a record: " + examined.defect());
    }
    LogRecord record = examined.record().get();
    if (!record.userId().equals(userId)) {
      return alien(offset, examined, false, "another user's record");
    }
    if (position.isEmpty()) {
      return isGenesis(record, examined)
          ? accept(offset, record, examined)
          : laterKey(offset, record, examined, "comes before any genesis");
    }
    ChainPosition at = position.get();
    if (record.keyVersion() < at.keyVersion()) {
      return none(offset, Verdict.STALE, examined, "of an earlier key version");
    }
    boolean laterKey = record.keyVersion() > at.keyVersion();
    boolean authentic =
        laterKey
            ? record.keyVersion() == at.keyVersion() + 1 && examined.isRotationBy(at.author())
            : examined.isSignedBy(at.author());
    if (!authentic) {
      return laterKey
          ? laterKey(
              offset, record, examined, "of a later key version that nothing introduced so far")
          : alien(offset, examined, false, "not signed by the author");
    }
    if (follows(record, at)) {
      return accept(offset, record, examined);
    }
    Verdict verdict = offTheChain(Link.of(offset, record), at);
    return none(offset, verdict, examined, REASONS.getOrDefault(verdict, ""));
  }

  /** The verdict on an authentic record that is not accepted. */
  private Verdict offTheChain(Link record, ChainPosition at) {
    Place place = record.place();
    if (place.epoch() < at.epoch()) {
      return Verdict.STALE;
    }
    boolean isBehind = place.index() <= at.index();
    if (record.opensEpoch() && place.epoch() > at.epoch() && isBehind) {
      return Verdict.UNOPENED;
    }
    if (place.epoch() == at.epoch() && (isBehind || strays.isPassed(record.previous()))) {
      strays.passed(record, at);
      return Verdict.PASSED;
    }
    strays.ahead(record, at);
    return Verdict.AHEAD;
  }

  private boolean isGenesis(LogRecord record, Examined examined) {
    return record instanceof EpochOpened opened
        && opened.reason() == EpochReason.GENESIS
        && opened.index() == 0
        && opened.epoch() == 1
        && opened.keyVersion() == 1
        && opened.header().sequence() == 0
        && opened.objectCount() == 0
        && opened.stateDigest().equals(EMPTY_STATE)
        && opened.previousHead().equals(Heads.genesis(userId))
        && trusted.allow(1, opened.author())
        && examined.isSignedBy(opened.author());
  }

  private boolean follows(LogRecord record, ChainPosition at) {
    if (!record.previousHead().equals(at.head()) || record.index() != at.index() + 1) {
      return false;
    }
    return switch (record) {
      case Commit commit ->
          commit.keyVersion() == at.keyVersion()
              && commit.epoch() == at.epoch()
              && commit.sequenceBefore() == at.sequence()
              && (!commit.transactionEnds().isEmpty()
                  || commit.openOperations() == at.openOperations() + commit.operations().size());
      case EpochOpened opened ->
          opened.epoch() > at.epoch()
              && opened.epoch() - at.epoch() <= RecordLimits.MAX_EPOCH_JUMP
              && opened.header().sequence() == at.sequence()
              && trusted.allow(opened.keyVersion(), opened.author())
              && followsByReason(opened, at);
    };
  }

  private static boolean followsByReason(EpochOpened opened, ChainPosition at) {
    return switch (opened.reason()) {
      case GENESIS -> false;
      case TAKEOVER, REBASE ->
          opened.keyVersion() == at.keyVersion() && opened.author().equals(at.author());
      case ROTATION -> opened.keyVersion() == at.keyVersion() + 1;
    };
  }

  private Judgement accept(long offset, LogRecord record, Examined examined) {
    SignedHeader signed = record.signedHeader();
    int keyVersionBefore = keyVersion();
    AuthorPublicKey author =
        record.header() instanceof EpochHeader opened
            ? opened.author()
            : position.orElseThrow().author();
    ChainPosition at = ChainPosition.after(record.header(), record.head(), author);
    position = Optional.of(at);
    last = Optional.of(signed);
    lastAcceptedOffset = OptionalLong.of(offset);
    boolean nextKey = keyVersionBefore != at.keyVersion();
    strays.accepted(Link.of(offset, record));
    if (nextKey) {
      unverified.resolve(at, authenticator.signatures()).forEach(it -> offTheChain(it, at));
    }
    if (record instanceof EpochOpened) {
      epochOpened = Optional.of(signed);
      aliens.epochAccepted();
    } else {
      aliens.commitAccepted();
    }
    if (!aliens.isRaised()) {
      unverified.healed(at.keyVersion());
    }
    boolean clean =
        at.openOperations() == 0
            && !isDamaged()
            && strays.areAllBefore(record.index())
            && unverified.isEmpty();
    return new Judgement(offset, Verdict.ACCEPTED, examined.record(), clean, "");
  }

  private Judgement laterKey(long offset, LogRecord record, Examined examined, String reason) {
    unverified.keep(offset, record);
    return alien(offset, examined, true, reason);
  }

  /** Key version in force; 0 before genesis. */
  private int keyVersion() {
    return position.map(ChainPosition::keyVersion).orElse(0);
  }

  private Judgement alien(long offset, Examined examined, boolean laterKey, String reason) {
    aliens.alien(offset, laterKey);
    return none(offset, Verdict.ALIEN, examined, reason);
  }

  private static Judgement none(long offset, Verdict verdict, Examined examined, String reason) {
    return new Judgement(offset, verdict, examined.record(), false, reason);
  }

  private static Place place(ChainPosition at) {
    return new Place(at.epoch(), at.index());
  }
}
