package dev.cairn.recovery.rebase;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.journal.record.MalformedRecordException;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.journal.record.SignedHeader;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.journal.snapshot.SnapshotSource;
import dev.cairn.journal.snapshot.SnapshotVerifier;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.PutResult;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Grant;
import dev.cairn.recovery.accounts.Outcome;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.schemas.http.BasePublished;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bases that owners upload. Holds no key: a base holds when its files are what its manifest says,
 * its tags ascend, and its entries fold to the digest and the count that the owner signed.
 *
 * <table>
 * <caption>Bounds: what an owner's key can be made to fill</caption>
 * <tr><th>what</th><th>bound</th></tr>
 * <tr><td>where</td><td>the owner's own prefix, in the base of the newest granted epoch or of the one after it</td></tr>
 * <tr><td>files</td><td>names that carry their digests, written once; {@value #MAX_VERSIONS} for each number</td></tr>
 * <tr><td>size</td><td>that of any snapshot's file</td></tr>
 * <tr><td>at once</td><td>{@value #UPLOADS} uploads and {@value #VERIFICATIONS} verifications an instance</td></tr>
 * </table>
 *
 * <p>Verifying reads all of the base and may take longer than a request: it goes on in the
 * background, and asking again says how it ended. Asking another instance begins it there anew,
 * which changes nothing. Thread-safe.
 */
public final class Bases implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Bases.class);
  private static final int UPLOADS = 4;
  private static final int VERIFICATIONS = 2;
  private static final int MAX_VERSIONS = 64;
  private static final Duration SLOT_PATIENCE = Duration.ofSeconds(10);
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(15);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final ObjectStore store;
  private final Accounts accounts;
  private final RecordCodec codec = RecordCodec.withBuiltInSchemas();
  private final Semaphore uploads = new Semaphore(UPLOADS);
  private final ExecutorService verifying =
      Executors.newFixedThreadPool(
          VERIFICATIONS, Thread.ofPlatform().name("cairn-verify-base-", 0).daemon().factory());
  private final Map<Bytes, CompletableFuture<Optional<SnapshotBrokenException>>> running =
      new ConcurrentHashMap<>();

  public Bases(ObjectStore store, Accounts accounts) {
    this.store = store;
    this.accounts = accounts;
  }

  /** One of few places for a body in memory. */
  public final class Slot implements AutoCloseable {
    private Slot() {}

    @Override
    public void close() {
      uploads.release();
    }
  }

  /** Takes a place for one upload. */
  public Slot slot() throws Refusal {
    try {
      if (uploads.tryAcquire(SLOT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Slot();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw Refusal.unavailable("too much is uploaded at once", RETRY);
  }

  /** Refuses what no account could upload, before anything is read; proves nothing. */
  public void admit(UserId userId, int keyVersion, long epoch, String file)
      throws Refusal, AccountsUnavailableException {
    if (!ObjectKeys.isSnapshotFile(file) || file.equals(ObjectKeys.MANIFEST)) {
      throw Refusal.malformed("not the name of a base's file");
    }
    Optional<Account> account = accounts.read(state -> state.byId(userId));
    if (account.isEmpty()) {
      throw Refusal.signatureInvalid("the request is not signed by this account's key");
    }
    if (keyVersion < 1 || epoch < 2) {
      throw Refusal.malformed("no base can be there");
    }
  }

  /** Stores one file of a base, unless it is there. */
  public void upload(
      Slot slot, Account account, int keyVersion, long epoch, String file, Bytes content)
      throws Refusal, StoreUnavailableException {
    long newest = account.newestGrant().epoch();
    if (epoch < newest) {
      throw Refusal.fenced(newest);
    }
    if (epoch > newest + 1) {
      throw Refusal.conflict("epoch " + epoch + " cannot be granted next");
    }
    if (!file.contains(Sha256.hash(content).hex().substring(0, 16))) {
      throw Refusal.malformed("the file is not the one that its name says");
    }
    SnapshotDirectory directory = SnapshotDirectory.ofBase(epoch);
    String user = account.userId().value();
    String key = ObjectKeys.snapshotFile(user, keyVersion, directory, file);
    String numbered = key.substring(0, key.lastIndexOf('-') + 1);
    if (store.list(numbered).stream().filter(stat -> !stat.key().equals(key)).count()
        >= MAX_VERSIONS) {
      throw Refusal.tooLarge("there are too many files of this number in the base");
    }
    if (store.putIfAbsent(key, content) == PutResult.ALREADY_THERE) {
      store.put(key, content); // what storage lost or spoilt is repaired by uploading it again
    }
  }

  /**
   * Verifies a base and makes it the snapshot that everybody begins with; a repeat changes nothing.
   *
   * @param record the signed opening of the epoch that the grant is of
   */
  public BasePublished publish(Account account, String grantId, Bytes record)
      throws Refusal, AccountsUnavailableException, StoreUnavailableException {
    EpochOpened opened = decode(account, record);
    Grant grant =
        account
            .grantOf(grantId)
            .orElseThrow(() -> Refusal.conflict("no epoch was granted under this id"));
    if (account.newestGrant().epoch() > grant.epoch()) {
      throw Refusal.fenced(account.newestGrant().epoch());
    }
    if (grant.epoch() != opened.epoch() || grant.stage() != Grant.Stage.ISSUED) {
      throw Refusal.conflict("epoch " + opened.epoch() + " was not issued under this id");
    }
    requireSigned(account, opened);
    Manifest base = base(opened);
    String key =
        ObjectKeys.snapshotFile(
            account.userId().value(),
            opened.keyVersion(),
            SnapshotDirectory.ofBase(opened.epoch()),
            ObjectKeys.MANIFEST);
    Bytes manifest = ManifestCodec.encode(snapshotOf(opened, base));
    Optional<Bytes> there = store.get(key, SnapshotFormat.MAX_MANIFEST_BYTES);
    if (there.isPresent() && !there.get().equals(manifest)) {
      throw Refusal.conflict("the epoch was opened by another record");
    }
    Optional<Optional<SnapshotBrokenException>> verified = verify(opened, base);
    if (verified.isEmpty()) {
      return new BasePublished(BasePublished.State.PENDING);
    }
    if (verified.get().isPresent()) {
      throw broken(verified.get().get());
    }
    if (store.putIfAbsent(key, manifest) == PutResult.CREATED) {
      accounts.submit(
          new Command.NoteEvent(account.userId(), "base published", "epoch " + opened.epoch()));
    }
    if (opened.reason() == EpochReason.ROTATION) {
      followRotation(account, opened);
    }
    return new BasePublished(BasePublished.State.PUBLISHED);
  }

  /**
   * Goes over to the author key of a rotation whose base is published, where a crash has kept the
   * account from it.
   *
   * @return whether the account has another key now
   */
  public boolean follow(UserId userId, int keyVersion)
      throws Refusal, AccountsUnavailableException, StoreUnavailableException {
    Optional<Account> account = accounts.read(state -> state.byId(userId));
    if (account.isEmpty() || keyVersion < 2) {
      return false;
    }
    for (Grant grant : account.get().grants().reversed()) {
      Optional<SignedHeader> rotation = publishedRotation(userId, keyVersion, grant.epoch());
      if (rotation.isPresent()) {
        AuthorPublicKey known = new AuthorPublicKey(account.get().authorPublicKey());
        EpochHeader opening = (EpochHeader) rotation.get().header();
        if (opening.author().equals(known)
            || !known.verifies(opening.toBytes(), rotation.get().signatures().get(0))
            || !rotation.get().isSignedBy(opening.author())) {
          return false;
        }
        Outcome outcome =
            accounts.submit(
                new Command.ReplaceAuthorKey(userId, known.raw(), opening.author().raw()));
        return outcome instanceof Outcome.Done;
      }
    }
    return false;
  }

  private Optional<SignedHeader> publishedRotation(UserId userId, int keyVersion, long epoch)
      throws StoreUnavailableException {
    Optional<Bytes> manifest =
        store.get(
            ObjectKeys.snapshotFile(
                userId.value(), keyVersion, SnapshotDirectory.ofBase(epoch), ObjectKeys.MANIFEST),
            SnapshotFormat.MAX_MANIFEST_BYTES);
    try {
      if (manifest.isPresent()
          && ManifestCodec.decode(manifest.get()).origin() instanceof Manifest.AtRecord at
          && at.last().header() instanceof EpochHeader opening
          && opening.userId().equals(userId)
          && opening.reason() == EpochReason.ROTATION) {
        return Optional.of(at.last());
      }
    } catch (SnapshotBrokenException e) {
      LOG.warn("user {}: the manifest of a base does not hold: {}", userId, e.getMessage());
    }
    return Optional.empty();
  }

  private void followRotation(Account account, EpochOpened opened)
      throws Refusal, AccountsUnavailableException {
    Outcome outcome =
        accounts.submit(
            new Command.ReplaceAuthorKey(
                account.userId(), account.authorPublicKey(), opened.author().raw()));
    if (!(outcome instanceof Outcome.Done)) {
      throw Refusal.conflict("the account has another author key by now");
    }
  }

  private EpochOpened decode(Account account, Bytes record) throws Refusal {
    try {
      if (codec.decode(record) instanceof EpochOpened opened
          && opened.userId().equals(account.userId())
          && opened.base().isPresent()) {
        return opened;
      }
    } catch (MalformedRecordException e) {
      throw Refusal.malformed("epochOpened is no record: " + e.getMessage());
    }
    throw Refusal.malformed("epochOpened does not open an epoch of this user on a base");
  }

  /**
   * A rebase keeps the key. A rotation is signed by the key before it and by the one that it names;
   * once the account has gone over, the first one is forgotten.
   */
  private static void requireSigned(Account account, EpochOpened opened) throws Refusal {
    AuthorPublicKey known = new AuthorPublicKey(account.authorPublicKey());
    SignedHeader signed = opened.signedHeader();
    boolean holds =
        signed.isSignedBy(opened.author())
            && (opened.author().equals(known)
                || (opened.reason() == EpochReason.ROTATION
                    && known.verifies(opened.headerBytes(), opened.signatures().get(0))));
    if (!holds) {
      throw Refusal.signatureInvalid("the record is not signed by this account's key");
    }
  }

  private Manifest base(EpochOpened opened) throws Refusal, StoreUnavailableException {
    Bytes digest = opened.base().orElseThrow();
    String file = ObjectKeys.baseFile(digest.hex());
    Bytes bytes =
        store
            .get(key(opened, file), SnapshotFormat.MAX_MANIFEST_BYTES)
            .orElseThrow(() -> Refusal.baseBroken(file, "it is not there"));
    try {
      Manifest manifest = ManifestCodec.decode(bytes);
      SnapshotVerifier.ofBase(manifest, Sha256.hash(bytes), opened);
      return manifest;
    } catch (SnapshotBrokenException e) {
      throw Refusal.baseBroken(file, e.defect());
    }
  }

  /** The snapshot that is nothing but the base: what it is the state after, is the opening. */
  private static Manifest snapshotOf(EpochOpened opened, Manifest base) {
    SignedHeader record = opened.signedHeader();
    return new Manifest(
        base.userId(),
        base.keyVersion(),
        new Manifest.AtRecord(record, record),
        base.accumulator(),
        base.segments(),
        base.indexes(),
        0);
  }

  /** What verifying came to; empty while it goes on. */
  private Optional<Optional<SnapshotBrokenException>> verify(EpochOpened opened, Manifest base)
      throws StoreUnavailableException {
    CompletableFuture<Optional<SnapshotBrokenException>> result =
        running.computeIfAbsent(opened.head(), head -> begin(opened, base));
    try {
      Optional<SnapshotBrokenException> ended =
          result.get(ANSWER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      running.remove(opened.head(), result);
      return Optional.of(ended);
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      running.remove(opened.head(), result);
      throw new StoreUnavailableException("a base cannot be read back", e);
    }
  }

  private CompletableFuture<Optional<SnapshotBrokenException>> begin(
      EpochOpened opened, Manifest base) {
    CompletableFuture<Optional<SnapshotBrokenException>> result = new CompletableFuture<>();
    verifying.execute(() -> {
      try {
        SnapshotVerifier verifier =
            SnapshotVerifier.ofBase(base, opened.base().orElseThrow(), opened);
        verifier.verifyAll(source(opened));
        result.complete(Optional.empty());
      } catch (SnapshotBrokenException e) {
        result.complete(Optional.of(e));
      } catch (IOException | RuntimeException e) {
        result.completeExceptionally(e);
      }
    });
    return result;
  }

  private SnapshotSource source(EpochOpened opened) {
    return file -> {
      String key = key(opened, file.name());
      Optional<ObjectStat> stat = store.stat(key);
      if (stat.isEmpty() || stat.get().size() != file.size()) {
        throw new SnapshotBrokenException(
            file.name(), stat.isEmpty() ? "it is not there" : "it has another size");
      }
      return store
          .open(key, 0, file.size())
          .orElseThrow(() -> new SnapshotBrokenException(file.name(), "it is not there"));
    };
  }

  private static String key(EpochOpened opened, String file) {
    return ObjectKeys.snapshotFile(
        opened.userId().value(),
        opened.keyVersion(),
        SnapshotDirectory.ofBase(opened.epoch()),
        file);
  }

  private static Refusal broken(SnapshotBrokenException e) {
    return Refusal.baseBroken(e.file(), e.defect());
  }

  @Override
  public void close() {
    verifying.shutdownNow();
  }
}
