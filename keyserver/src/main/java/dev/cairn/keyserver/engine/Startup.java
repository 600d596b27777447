package dev.cairn.keyserver.engine;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.MalformedRecordException;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.commitfile.CommitFiles;
import dev.cairn.keyserver.commitfile.CommitStorage;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.publish.AcknowledgedMark;
import dev.cairn.keyserver.state.RecordApplier;
import dev.cairn.keyserver.state.SealedBase;
import dev.cairn.keyserver.state.StatePoint;
import dev.cairn.keyserver.state.StateStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings commit files and store together after whatever ended the last run.
 *
 * <table>
 * <caption>What it finds</caption>
 * <tr><th>finding</th><th>what it means</th><th>what it does</th></tr>
 * <tr><td>a torn last frame</td><td>a crash while writing: nobody was told it was durable</td><td>cut by {@link
 * CommitFiles}</td></tr>
 * <tr><td>records of an unfinished transaction at the end</td><td>the same; none of them was published</td><td>cut</td></tr>
 * <tr><td>records that the store lacks</td><td>a crash, or a loss of power that took SQLite's last transactions</td>
 * <td>applied, as a recovery does</td></tr>
 * <tr><td>the store, or what is backed up, is ahead of the files</td><td>the files are damaged</td><td>integrity
 * error</td></tr>
 * <tr><td>nothing at all</td><td>a fresh home</td><td>signs the genesis</td></tr>
 * </table>
 */
final class Startup {
  private static final Logger LOG = LoggerFactory.getLogger(Startup.class);
  static final String EPOCH_FILE = "epoch-opened";
  static final String EPOCH_BEFORE_FILE = "epoch-opened-before";

  private final HomeIdentity identity;
  private final KeyRings keys;
  private final Path baseFile;
  private final RecordCodec codec;
  private final CommitStorage storage;
  private final CommitFiles files;
  private final StateStore store;
  private final Clock clock;

  /**
   * What a start comes to.
   *
   * @param epochOpened the opening in force; absent for a home that never writes
   * @param before the opening before it, where that was this home's and is known
   */
  record Result(
      ChainTip tip,
      Optional<AcknowledgedMark> mark,
      long acknowledgedSequence,
      Optional<EpochOpened> epochOpened,
      Optional<EpochOpened> before) {}

  Startup(
      HomeIdentity identity,
      KeyRings keys,
      Path baseFile,
      RecordCodec codec,
      CommitStorage storage,
      CommitFiles files,
      StateStore store,
      Clock clock) {
    this.identity = identity;
    this.keys = keys;
    this.baseFile = baseFile;
    this.codec = codec;
    this.storage = storage;
    this.files = files;
    this.store = store;
    this.clock = clock;
  }

  Result run() throws IOException {
    for (String cut : files.cuts()) {
      LOG.warn(
          "The last run ended in the middle of a write: cut {}. It had not been promised to"
              + " anybody",
          cut);
    }
    StatePoint point = store.pointAtOpen();
    if (files.isEmpty() && point.index() < 0 && !identity.readOnly()) {
      signGenesis();
    }
    Optional<AcknowledgedMark> mark = AcknowledgedMark.read(storage);
    if (files.isEmpty()) {
      if (!identity.readOnly()) {
        throw new IntegrityException(
            "The commit files are gone, but the store is not empty: what was not backed up yet is"
                + " lost. Recover into a new home");
      }
      return new Result(
          new ChainTip(point, store.objectsAtOpen(), 0),
          mark,
          point.sequence(),
          Optional.empty(),
          Optional.empty());
    }
    cutUnfinished();
    long last = files.nextIndex() - 1;
    if (point.index() > last || (mark.isPresent() && mark.get().index() > last)) {
      throw new IntegrityException(
          "The commit files end with record "
              + last
              + ", but "
              + (point.index() > last
                  ? "the store has record " + point.index()
                  : "record " + mark.get().index() + " is backed up")
              + ": they are damaged. What is backed up is safe: recover into a new home");
    }
    if (point.index() + 1 < files.firstIndex()) {
      throw new IntegrityException(
          "The store stands at record "
              + point.index()
              + ", and the commit files begin with "
              + files.firstIndex()
              + ": what is between them is gone. What is backed up is safe: recover into a new"
              + " home");
    }
    StatePoint now = catchUp(point, last);
    LogRecord newest = record(last);
    ChainTip tip = new ChainTip(now, store.writer().objects(), newest.header().timestamp());
    EpochOpened opened = epochOpened(newest.epoch());
    boolean onItsOwn = newest.epoch() > identity.epoch() && opened.base().isPresent();
    if (newest.epoch() != identity.epoch() && !onItsOwn) {
      throw new IntegrityException(
          "The home is of epoch "
              + identity.epoch()
              + ", its commit files of epoch "
              + newest.epoch()
              + ": they do not belong together. Recover into a new home");
    }
    long acknowledgedSequence =
        mark.isPresent() ? record(mark.get().index()).header().sequenceAfter() : 0;
    if (mark.isEmpty() && files.firstIndex() > 0) {
      acknowledgedSequence = sequenceBefore(record(files.firstIndex()));
    }
    return new Result(tip, mark, acknowledgedSequence, Optional.of(opened), openingBefore(opened));
  }

  private static long sequenceBefore(LogRecord record) {
    return switch (record) {
      case Commit commit -> commit.sequenceBefore();
      case EpochOpened opened -> opened.header().sequence();
    };
  }

  private LogRecord record(long index) throws IOException {
    Bytes value = files.read(index);
    try {
      return codec.decode(value);
    } catch (MalformedRecordException e) {
      throw new IntegrityException(
          "Record " + index + " in the commit files is not one of ours: " + e.getMessage(), e);
    }
  }

  private void signGenesis() throws IOException {
    EpochOpened genesis =
        EpochDraft.genesis(identity.userId(), keys.of(1).author().publicKey(), clock.millis())
            .sign(keys.of(1).author());
    files.append(0, List.of(codec.encode(genesis)));
    files.force();
  }

  private void cutUnfinished() throws IOException {
    long last = files.nextIndex() - 1;
    long keep = last;
    while (keep >= files.firstIndex() && record(keep).header().openOperations() > 0) {
      keep--;
    }
    if (keep < last) {
      LOG.warn(
          "The last run ended in the middle of a transaction: cut its records {} to {}. It had not"
              + " been promised to anybody",
          keep + 1,
          last);
      files.cutAfter(keep);
      if (files.isEmpty()) {
        throw new IntegrityException(
            "The commit files hold nothing but an unfinished transaction: they are damaged");
      }
    }
  }

  private StatePoint catchUp(StatePoint point, long last) throws IOException {
    RecordApplier applier = new RecordApplier(store.writer(), keys.of(point.keyVersion()), point);
    if (point.index() >= files.firstIndex() && !record(point.index()).head().equals(point.head())) {
      throw new IntegrityException(
          "Record "
              + point.index()
              + " in the commit files is not the one that the store stands at: they do not belong"
              + " together. Recover into a new home");
    }
    for (long index = point.index() + 1; index <= last; index++) {
      LogRecord record = record(index);
      if (record instanceof EpochOpened opened && opened.base().isPresent()) {
        applier.commit();
        applier = adopt(opened);
      } else {
        applier.apply(record);
      }
    }
    applier.commit();
    return applier.point();
  }

  /** The last run signed a base's opening and did not come to go over to the base itself. */
  private RecordApplier adopt(EpochOpened opened) {
    try (SealedBase base =
        SealedBase.openExisting(baseFile, store.file())
            .filter(it -> BaseOpening.isOf(it, opened))
            .orElseThrow(() ->
                new IntegrityException(
                    "Record "
                        + opened.index()
                        + " opens an epoch on a base that the home does not hold any more."
                        + " Recover into a new home"))) {
      StatePoint point = BaseOpening.pointAfter(opened, base);
      store.writer().adopt(baseFile, point);
      return new RecordApplier(store.writer(), keys.of(opened.keyVersion()), point);
    }
  }

  /**
   * The opening of an epoch: in the commit files, until they are removed, and in a small file of
   * its own.
   */
  private EpochOpened epochOpened(long epoch) throws IOException {
    Optional<byte[]> kept = storage.read(EPOCH_FILE);
    if (kept.isPresent()) {
      try {
        if (codec.decode(Bytes.wrap(kept.get())) instanceof EpochOpened opened
            && opened.epoch() == epoch) {
          return opened;
        }
      } catch (MalformedRecordException e) {
        LOG.warn("The kept opening of the epoch does not read: {}", e.getMessage());
      }
    }
    for (long index = files.firstIndex(); index < files.nextIndex(); index++) {
      Bytes value = files.read(index);
      if (record(index) instanceof EpochOpened opened && opened.epoch() == epoch) {
        storage.replace(EPOCH_FILE, value.toByteArray());
        return opened;
      }
    }
    throw new IntegrityException(
        "The commit files do not hold the opening of epoch " + epoch + ". Recover into a new home");
  }

  private Optional<EpochOpened> openingBefore(EpochOpened inForce) throws IOException {
    Optional<byte[]> kept = storage.read(EPOCH_BEFORE_FILE);
    try {
      if (kept.isPresent()
          && codec.decode(Bytes.wrap(kept.get())) instanceof EpochOpened before
          && before.index() < inForce.index()) {
        return Optional.of(before);
      }
    } catch (MalformedRecordException e) {
      LOG.warn("The kept opening of the epoch before does not read: {}", e.getMessage());
    }
    return Optional.empty();
  }
}
