package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.wire.SchemaIds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts as one instance sees them. Thread-safe.
 *
 * <p>A command is appended durably and then folded up to its own offset; what it came to is read
 * off the state there, so that every instance and every repeat sees the same outcome. A read folds
 * to the end first. An instance that finds the topic shorter than what it has folded has outlived
 * its data: it answers nothing more.
 *
 * <p>What storage keeps of an account is written before the outcome of the command that changed it
 * is returned, so that nobody is ever told of an account, a grant or a status that losing Kafka
 * would lose.
 */
public final class Accounts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);
  private static final long CHECKPOINT_LIMIT_BYTES = 1L << 30;
  private static final int CHECKPOINTS_KEPT = 2;
  private static final long CATCH_UP_SECONDS = 5;

  private final CommandLog log;
  private final ObjectStore store;
  private final CommandCodec codec;
  private final AccountArchive archive;
  private final int checkpointEvery;
  private final ReentrantLock lock = new ReentrantLock();

  private final ScheduledExecutorService checkpoints =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "cairn-accounts-storage");
        thread.setDaemon(true);
        return thread;
      });

  private final Consumer<Outcome> watcher;

  private AccountsState state = new AccountsState();
  private long folded;
  private long checkpointed;
  // Read without the lock, which is held while Kafka is waited for: a process that waits is
  // healthy.
  private volatile boolean stopped;

  /** Touched by the storage thread alone. */
  private boolean missingTold;

  private Optional<Future<?>> catchingUp = Optional.empty();

  private Accounts(
      CommandLog log,
      ObjectStore store,
      AccountObjects objects,
      SchemaIds ids,
      int checkpointEvery,
      Consumer<Outcome> watcher) {
    this.log = log;
    this.store = store;
    this.archive = new AccountArchive(objects);
    this.codec = new CommandCodec(ids);
    this.checkpointEvery = checkpointEvery;
    this.watcher = watcher;
  }

  /**
   * Loads the newest checkpoint that can be read and folds the rest.
   *
   * @param objects where accounts are kept beside the topic
   * @param checkpointEvery commands between two checkpoints
   * @throws AccountsUnavailableException also where the topic is empty and storage knows accounts:
   *     {@code cairn recovery rebuild} brings them back
   */
  public static Accounts open(
      CommandLog log, ObjectStore store, AccountObjects objects, SchemaIds ids, int checkpointEvery)
      throws AccountsUnavailableException {
    return open(log, store, objects, ids, checkpointEvery, outcome -> {});
  }

  /**
   * As above.
   *
   * @param watcher is told what each command of this instance came to; returns at once
   */
  public static Accounts open(
      CommandLog log,
      ObjectStore store,
      AccountObjects objects,
      SchemaIds ids,
      int checkpointEvery,
      Consumer<Outcome> watcher)
      throws AccountsUnavailableException {
    Accounts accounts = new Accounts(log, store, objects, ids, checkpointEvery, watcher);
    accounts.requireNotLost();
    accounts.load();
    accounts.read(AccountsState::all);
    accounts.catchingUp =
        Optional.of(
            accounts.checkpoints.scheduleWithFixedDelay(
                accounts::catchUp, 0, CATCH_UP_SECONDS, TimeUnit.SECONDS));
    return accounts;
  }

  // Nobody's name may be given to somebody else because a topic has vanished.
  private void requireNotLost() throws AccountsUnavailableException {
    if (log.endOffset() > 0) {
      return;
    }
    try {
      if (!store.list(ObjectKeys.accountCheckpoints()).isEmpty()
          || !store.list(ObjectKeys.accountCheckpointsAside()).isEmpty()
          || archive.objects().isAnyThere()) {
        throw new AccountsUnavailableException(
            "the accounts topic is empty, and storage knows accounts: the topic was lost. Nobody is"
                + " served, so that no name is given away. Bring the topic back, or make it anew"
                + " from storage with 'cairn recovery rebuild'.");
      }
    } catch (StoreUnavailableException e) {
      throw new AccountsUnavailableException("storage cannot be asked for accounts", e);
    }
  }

  private void catchUp() {
    try {
      if (!missingTold) {
        tellMissing();
        missingTold = true;
      }
      if (archive.isBehind()) {
        archive.flush();
      }
    } catch (StoreUnavailableException | RuntimeException e) {
      LOG.warn("changes of accounts are not in storage yet: {}", e.getMessage());
    }
  }

  // What an instance left untold when it died, and what versions before did not tell.
  private void tellMissing() throws StoreUnavailableException {
    Map<UserId, List<AccountObjects.Stored>> stored = archive.objects().list();
    lock.lock();
    try {
      // Under the lock: an account that is removed meanwhile is removed there afterwards.
      archive.addMissing(stored, state.all());
    } finally {
      lock.unlock();
    }
    archive.flush();
    AccountsRebuild.forgetAside(store);
  }

  private void load() throws AccountsUnavailableException {
    long start = log.startOffset();
    try {
      List<ObjectStat> checkpoints = new ArrayList<>(store.list(ObjectKeys.accountCheckpoints()));
      Collections.reverse(checkpoints);
      for (ObjectStat each : checkpoints) {
        Optional<Bytes> stored = store.get(each.key(), CHECKPOINT_LIMIT_BYTES);
        if (stored.isPresent() && restore(each.key(), stored.get(), start)) {
          return;
        }
      }
    } catch (StoreUnavailableException e) {
      throw new AccountsUnavailableException("checkpoints of the accounts cannot be read", e);
    }
    if (start > 0) {
      throw new AccountsUnavailableException(
          "the accounts topic starts at "
              + start
              + " and no checkpoint reaches that far: accounts are missing, so none is served."
              + " Bring the checkpoints back to storage.");
    }
  }

  private boolean restore(String key, Bytes stored, long logStart) {
    try {
      CheckpointCodec.Checkpoint checkpoint = CheckpointCodec.decode(stored);
      if (checkpoint.offset() < logStart) {
        return false;
      }
      state = AccountsState.restore(checkpoint.state());
      folded = checkpoint.offset();
      checkpointed = folded;
      return true;
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("checkpoint {} cannot be used, the one before it is: {}", key, e.getMessage());
      return false;
    }
  }

  /** Appends a command under a fresh id and returns what it came to. */
  public Outcome submit(Command command) throws AccountsUnavailableException {
    return submit(UUID.randomUUID().toString(), command);
  }

  /** Appends a command; a repeat of {@code commandId} within a day gets the first outcome. */
  public Outcome submit(String commandId, Command command) throws AccountsUnavailableException {
    requireRunning();
    long offset = log.append(codec.encode(commandId, command));
    Optional<Outcome> outcome;
    lock.lock();
    try {
      requireRunning();
      foldTo(offset + 1);
      outcome = state.outcomeOf(commandId);
      if (outcome.isEmpty()) {
        // Another record was folded at this offset before: the topic was cut and has grown again.
        throw lost("offset " + offset + " was folded before it was written");
      }
      requireWhole();
      checkpointWhenDue();
      watcher.accept(outcome.get());
    } finally {
      lock.unlock();
    }
    if (changesWhatIsKept(command)) {
      requireTold();
    }
    return outcome.get();
  }

  /**
   * Returns when storage keeps everything that this instance knows of the accounts; who answers
   * with what an earlier request did calls it.
   */
  public void requireTold() throws AccountsUnavailableException {
    try {
      archive.flush();
    } catch (StoreUnavailableException e) {
      throw new AccountsUnavailableException(
          "what was asked for is not in storage yet: ask again, which is safe", e);
    }
  }

  private static boolean changesWhatIsKept(Command command) {
    return switch (command) {
      case Command.CountGuess c -> false;
      case Command.FinishLogin c -> false;
      case Command.UseNonce c -> false;
      case Command.NoteEvent c -> false;
      case Command.Invite c -> false;
      case Command.Register c -> true;
      case Command.RegisterInvited c -> true;
      case Command.GrantEpoch c -> true;
      case Command.MarkRevoked c -> true;
      case Command.IssueGrant c -> true;
      case Command.MarkProvisioned c -> true;
      case Command.SetStatus c -> true;
      case Command.GrantNextEpoch c -> true;
      case Command.ReplaceAuthorKey c -> true;
      case Command.ReplaceBundle c -> true;
      case Command.ReplaceCredentials c -> true;
      case Command.UseFactor c -> true;
      case Command.Forget c -> true;
      case Command.BeginRebuild c -> true;
      case Command.Restore c -> true;
      case Command.FinishRebuild c -> true;
    };
  }

  private void requireWhole() throws AccountsUnavailableException {
    if (state.isBeingRebuilt()) {
      throw new AccountsUnavailableException(
          "the accounts are being rebuilt from storage: until all are back, none is served. If no"
              + " rebuild is running, run 'cairn recovery rebuild' again: it goes on where it was");
    }
  }

  /** Folds to the end of the topic and reads. */
  public <T> T read(Function<AccountsState, T> question) throws AccountsUnavailableException {
    lock.lock();
    try {
      requireRunning();
      foldTo(log.endOffset());
      requireWhole();
      return question.apply(state);
    } finally {
      lock.unlock();
    }
  }

  /**
   * How the accounts stand, for people who watch.
   *
   * @param lockedNames names whose next guess is not answered yet
   * @param pendingTakeovers granted, and not finished
   * @param lag commands that had not been folded when this was asked
   * @param folded offset that is folded to
   * @param checkpointed offset that the newest checkpoint reaches
   */
  public record Glance(
      long accounts,
      long lockedNames,
      long pendingTakeovers,
      long lag,
      long folded,
      long checkpointed) {
    /** Before the first look. */
    public static final Glance NOTHING = new Glance(0, 0, 0, 0, 0, 0);
  }

  /** Looks, and folds to the end of the topic. */
  public Glance glance(int guessesMax) throws AccountsUnavailableException {
    lock.lock();
    try {
      requireRunning();
      long end = log.endOffset();
      long lag = Math.max(0, end - folded);
      foldTo(end);
      long now = System.currentTimeMillis();
      return new Glance(
          state.size(),
          state.lockedNames(guessesMax, now),
          state.pendingTakeovers(),
          lag,
          folded,
          checkpointed);
    } finally {
      lock.unlock();
    }
  }

  /** Whether this instance may still answer. */
  public boolean isRunning() {
    return !stopped;
  }

  private void requireRunning() throws AccountsUnavailableException {
    if (!isRunning()) {
      throw new AccountsUnavailableException("this instance has stopped: see its log");
    }
  }

  private void foldTo(long end) throws AccountsUnavailableException {
    if (end < folded && log.endOffset() < folded) {
      throw lost("it ends at " + end + ", but was folded to " + folded);
    }
    if (end <= folded) {
      return;
    }
    try {
      fold(end);
    } catch (AccountsUnavailableException e) {
      // Who was not asked for long finds the topic truncated past itself: a checkpoint reaches
      // there.
      if (log.startOffset() <= folded) {
        throw e;
      }
      LOG.info("the accounts topic was truncated past {}: loading a checkpoint", folded);
      load();
      if (end > folded) { // the checkpoint may reach further than was asked for
        fold(end);
      }
    }
  }

  private void fold(long end) throws AccountsUnavailableException {
    try {
      log.read(
          folded,
          end,
          entry -> {
            CommandCodec.Identified read = codec.decode(entry.value().toByteArray());
            state.apply(read.commandId(), read.command(), entry.time());
            folded = entry.offset() + 1;
          });
      archive.add(state.drainChanged());
      folded = Math.max(folded, end);
    } catch (UnreadableCommandException e) {
      stopped = true;
      LOG.error(
          "the accounts topic holds at {} what this version cannot read ({}). This instance stops"
              + " answering: run the newest version.",
          folded,
          e.getMessage());
      throw new AccountsUnavailableException("an unreadable command", e);
    } catch (LostCommandsException e) {
      throw lost(String.valueOf(e.getMessage()));
    }
  }

  private AccountsUnavailableException lost(String how) {
    stopped = true;
    LOG.error(
        "the accounts topic lost commands: {}. This instance stops answering, since others would"
            + " answer differently. Bring the topic back, or start again from its checkpoints.",
        how);
    return new AccountsUnavailableException("the accounts topic lost records");
  }

  // Called with the lock held. Writing takes its time, and nobody waits for it.
  private void checkpointWhenDue() {
    if (folded - checkpointed < checkpointEvery || checkpoints.isShutdown()) {
      return;
    }
    checkpointed = folded;
    long offset = folded;
    AccountsSnapshot snapshot = state.snapshot();
    checkpoints.execute(() -> {
      try {
        checkpoint(offset, snapshot);
      } catch (StoreUnavailableException | AccountsUnavailableException e) {
        // The topic still holds everything: a later one covers this one too.
        LOG.warn("a checkpoint of the accounts failed: {}", e.getMessage());
      }
    });
  }

  private void checkpoint(long offset, AccountsSnapshot snapshot)
      throws StoreUnavailableException, AccountsUnavailableException {
    String key = ObjectKeys.accountCheckpoint(offset);
    Bytes content = CheckpointCodec.encode(offset, snapshot);
    store.put(key, content);
    if (store.get(key, CHECKPOINT_LIMIT_BYTES).filter(content::equals).isEmpty()) {
      throw new StoreUnavailableException(
          key + " reads back differently", new IOException("checkpoint not stored"));
    }
    List<ObjectStat> all = store.list(ObjectKeys.accountCheckpoints());
    if (all.size() < CHECKPOINTS_KEPT) {
      return;
    }
    String oldestKept = all.get(all.size() - CHECKPOINTS_KEPT).key();
    log.truncate(Long.parseLong(oldestKept.substring(ObjectKeys.accountCheckpoints().length())));
    store.delete(
        all.subList(0, all.size() - CHECKPOINTS_KEPT).stream().map(ObjectStat::key).toList());
  }

  /** Finishes a checkpoint that is being written, and closes the log. */
  @Override
  public void close() {
    catchingUp.ifPresent(task -> task.cancel(false));
    checkpoints.shutdown();
    try {
      if (!checkpoints.awaitTermination(20, TimeUnit.SECONDS)) {
        LOG.warn("a checkpoint of the accounts is left unfinished; the topic holds everything");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lock.lock();
    try {
      stopped = true;
      log.close();
    } finally {
      lock.unlock();
    }
  }
}
