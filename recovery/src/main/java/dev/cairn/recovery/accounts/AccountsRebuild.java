package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.recovery.accounts.RebuildPlan.Restorable;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.wire.SchemaIds;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Makes the accounts topic anew from storage.
 *
 * <table>
 * <caption>what becomes of what an account was</caption>
 * <tr><th>what</th><th>comes from</th></tr>
 * <tr><td>name, user id, author key, what opens it, versions and digests of login record and bundle,
 * cell, status</td><td>its object, or a checkpoint</td></tr>
 * <tr><td>grants</td><td>the same, where its newest revision is there: then they are exact, because
 * nothing was answered before it was. Otherwise a barrier {@value #JUMP} epochs above the highest one
 * known keeps every writer out, and the owner recovers; nobody who was fenced comes back</td></tr>
 * <tr><td>guesses</td><td>lost; as many count as made as are answered without a delay</td></tr>
 * <tr><td>used codes of an authenticator</td><td>lost; those of now and before count as used</td></tr>
 * <tr><td>used nonces</td><td>lost; every nonce of before counts as used</td></tr>
 * <tr><td>logins under way, invitations, audit trail, outcomes of commands</td><td>lost</td></tr>
 * </table>
 *
 * <p>Every step may be repeated. Checkpoints of the lost topic are set aside before the first
 * command is written, because their offsets mean nothing in the new one; until the last account is
 * back no instance answers.
 */
public final class AccountsRebuild {
  /** The log's rules allow an epoch to be up to 65,536 above the one before. */
  private static final long JUMP = 1_000;

  private static final String BARRIER = "rebuild";
  private static final Duration NONCES_LIVE = Duration.ofSeconds(121);
  private static final long CHECKPOINT_LIMIT_BYTES = 1L << 30;
  private static final long RECORD_LIMIT_BYTES = 1 << 20;

  private final ObjectStore store;
  private final AccountObjects objects;
  private final CommandCodec codec;
  private final int guessesMax;
  private final Clock clock;

  public AccountsRebuild(
      ObjectStore store, AccountObjects objects, SchemaIds ids, int guessesMax, Clock clock) {
    this.store = store;
    this.objects = objects;
    this.codec = new CommandCodec(ids);
    this.guessesMax = guessesMax;
    this.clock = clock;
  }

  /**
   * Says what a rebuild would do; changes nothing.
   *
   * @param log the topic; empty where it does not exist
   */
  public RebuildPlan plan(Optional<CommandLog> log)
      throws AccountsPresentException, AccountsUnavailableException, StoreUnavailableException {
    Optional<String> begun = log.isEmpty() ? Optional.empty() : begun(log.get());
    List<String> problems = new ArrayList<>();
    Map<UserId, Account> checkpointed = newestCheckpoint(problems);
    Map<UserId, List<AccountObjects.Stored>> stored = objects.list();
    Set<UserId> users = new HashSet<>(checkpointed.keySet());
    users.addAll(stored.keySet());
    List<Restorable> found = new ArrayList<>();
    for (UserId user : users.stream().sorted(Comparator.comparing(UserId::value)).toList()) {
      restorable(
              user,
              stored.getOrDefault(user, List.of()),
              Optional.ofNullable(checkpointed.get(user)),
              problems)
          .ifPresent(found::add);
    }
    return new RebuildPlan(begun, oneOfEachName(found, problems), problems);
  }

  /** Brings back what a plan found; returns when every account is in the topic. */
  public void run(RebuildPlan plan, CommandLog log)
      throws AccountsPresentException, AccountsUnavailableException, StoreUnavailableException {
    if (!begun(log).equals(plan.resumes())) {
      throw new AccountsPresentException(
          "somebody else has begun a rebuild meanwhile. Nothing was changed by this one.");
    }
    setAside();
    String id = plan.resumes().orElseGet(() -> UUID.randomUUID().toString());
    long revision = plan.accounts().stream().mapToLong(a -> a.account().revision()).max().orElse(0);
    append(
        log,
        id + "-begin",
        new Command.BeginRebuild(id, revision, clock.millis() + NONCES_LIVE.toMillis()));
    for (Restorable each : plan.accounts()) {
      append(
          log, id + "-" + each.userId().value(), new Command.Restore(each.account(), guessesMax));
    }
    append(log, id + "-finish", new Command.FinishRebuild(id));
    forgetAside(store);
  }

  /** Checkpoints that a rebuild has set aside serve no one once it is finished. */
  static void forgetAside(ObjectStore store) throws StoreUnavailableException {
    List<String> keys =
        store.list(ObjectKeys.accountCheckpointsAside()).stream().map(ObjectStat::key).toList();
    if (!keys.isEmpty()) {
      store.delete(keys);
    }
  }

  private void append(CommandLog log, String commandId, Command command)
      throws AccountsUnavailableException {
    log.append(codec.encode(commandId, command));
  }

  /** The rebuild that the topic holds the beginning of; empty for an empty topic. */
  private Optional<String> begun(CommandLog log)
      throws AccountsPresentException, AccountsUnavailableException {
    long end = log.endOffset();
    if (end == 0) {
      return Optional.empty();
    }
    if (log.startOffset() > 0 || !isBegin(log)) {
      throw present();
    }
    AccountsState state = new AccountsState();
    try {
      log.read(
          0,
          end,
          entry -> {
            CommandCodec.Identified read = codec.decode(entry.value().toByteArray());
            state.apply(read.commandId(), read.command(), entry.time());
          });
    } catch (UnreadableCommandException | LostCommandsException e) {
      throw new AccountsUnavailableException("the accounts topic cannot be read", e);
    }
    return Optional.of(state.rebuild().orElseThrow(AccountsRebuild::present));
  }

  private boolean isBegin(CommandLog log) throws AccountsUnavailableException {
    List<Command> first = new ArrayList<>();
    try {
      log.read(0, 1, entry -> first.add(codec.decode(entry.value().toByteArray()).command()));
    } catch (UnreadableCommandException | LostCommandsException e) {
      return false;
    }
    return first.stream().anyMatch(Command.BeginRebuild.class::isInstance);
  }

  private static AccountsPresentException present() {
    return new AccountsPresentException(
        "the accounts topic is not empty: the accounts are there, and nothing is rebuilt over"
            + " them.");
  }

  // Copied, read back, and only then deleted.
  private void setAside() throws StoreUnavailableException {
    for (ObjectStat each : store.list(ObjectKeys.accountCheckpoints())) {
      Optional<Bytes> content = store.get(each.key(), CHECKPOINT_LIMIT_BYTES);
      if (content.isEmpty()) {
        continue;
      }
      String aside =
          ObjectKeys.accountCheckpointsAside()
              + each.key().substring(ObjectKeys.accountCheckpoints().length());
      store.put(aside, content.get());
      if (!store.get(aside, CHECKPOINT_LIMIT_BYTES).equals(content)) {
        throw new StoreUnavailableException(
            aside + " reads back differently", new IOException("checkpoint not set aside"));
      }
      store.delete(List.of(each.key()));
    }
  }

  private Map<UserId, Account> newestCheckpoint(List<String> problems)
      throws StoreUnavailableException {
    // The key ends with the offset; what was set aside belongs to the same topic.
    Map<String, String> byOffset = new TreeMap<>(Collections.reverseOrder());
    for (String prefix :
        List.of(ObjectKeys.accountCheckpointsAside(), ObjectKeys.accountCheckpoints())) {
      for (ObjectStat each : store.list(prefix)) {
        byOffset.put(each.key().substring(prefix.length()), each.key());
      }
    }
    for (String key : byOffset.values()) {
      Optional<Bytes> content = store.get(key, CHECKPOINT_LIMIT_BYTES);
      if (content.isPresent()) {
        try {
          Map<UserId, Account> accounts = new HashMap<>();
          CheckpointCodec.decode(content.get())
              .state()
              .accounts()
              .forEach(account -> accounts.put(account.userId(), account));
          return accounts;
        } catch (IOException | IllegalArgumentException e) {
          problems.add("the checkpoint " + key + " cannot be used: " + e.getMessage());
        }
      }
    }
    return Map.of();
  }

  private Optional<Restorable> restorable(
      UserId user,
      List<AccountObjects.Stored> newestFirst,
      Optional<Account> checkpointed,
      List<String> problems)
      throws StoreUnavailableException {
    Optional<Account> fromObject = Optional.empty();
    boolean newest = true;
    for (AccountObjects.Stored stored : newestFirst) {
      try {
        fromObject = Optional.of(objects.read(stored));
        break;
      } catch (StoreUnavailableException e) {
        throw e;
      } catch (IOException e) {
        newest = false;
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    Optional<Account> chosen = newerOf(fromObject, checkpointed);
    if (chosen.isEmpty()) {
      problems.add("account " + user + " cannot be brought back: nothing of it can be read");
      return Optional.empty();
    }
    Account account = chosen.get();
    boolean record = isRecordThere(account);
    boolean bundle = isThere(bundleKey(account), account.bundle());
    if (fromObject.isEmpty() && !record && !bundle) {
      problems.add(
          "account "
              + user
              + " is known from a checkpoint only and has neither login record nor bundle: it was"
              + " deleted since, and stays so");
      return Optional.empty();
    }
    long seen = highestEpochOfSnapshots(user);
    boolean exact =
        newest
            && fromObject.isPresent()
            && chosen.equals(fromObject)
            && seen <= account.newestGrant().epoch();
    if (!exact) {
      account = behindBarrier(account, Math.max(seen, account.newestGrant().epoch()));
      problems.add(
          "account "
              + user
              + " is not known in its newest state: its keyserver is kept out until the owner"
              + " recovers");
    }
    if (!record || !bundle) {
      problems.add(
          "account "
              + user
              + " has no "
              + (record ? "bundle" : bundle ? "login record" : "login record and no bundle")
              + " in storage: its keyserver goes on, but no password opens its backup");
    }
    return Optional.of(new Restorable(account.kept(), exact, record && bundle));
  }

  private static Optional<Account> newerOf(
      Optional<Account> fromObject, Optional<Account> checkpointed) {
    if (fromObject.isEmpty() || checkpointed.isEmpty()) {
      return fromObject.or(() -> checkpointed);
    }
    return checkpointed.get().revision() > fromObject.get().revision() ? checkpointed : fromObject;
  }

  private static Account behindBarrier(Account account, long highest) {
    List<Grant> grants = new ArrayList<>(account.grants());
    grants.add(
        new Grant(BARRIER, highest + JUMP, Grant.Stage.GRANTED, OptionalLong.empty(), false));
    return account.withGrants(grants);
  }

  private long highestEpochOfSnapshots(UserId user) throws StoreUnavailableException {
    return store.list(ObjectKeys.user(user.value())).stream()
        .flatMap(stat -> ObjectKeys.parseSnapshotFile(stat.key()).stream())
        .mapToLong(key -> key.directory().epoch())
        .max()
        .orElse(0);
  }

  private boolean isThere(String key, StoredVersion version) throws StoreUnavailableException {
    return store
        .get(key, RECORD_LIMIT_BYTES)
        .filter(bytes -> Sha256.hash(bytes).equals(version.digest()))
        .isPresent();
  }

  // Who has no password needs none.
  private boolean isRecordThere(Account account) throws StoreUnavailableException {
    Optional<Credentials.PasswordLogin> login = account.credentials().password();
    if (login.isEmpty()) {
      return true;
    }
    StoredVersion record = login.get().record();
    return isThere(
        ObjectKeys.opaqueRecord(account.userId().value(), record.version(), record.digest().hex()),
        record);
  }

  private static String bundleKey(Account account) {
    StoredVersion bundle = account.bundle();
    return ObjectKeys.bundle(account.userId().value(), bundle.version(), bundle.digest().hex());
  }

  // A registration that replaced one which never wrote has the greater version.
  private static List<Restorable> oneOfEachName(List<Restorable> found, List<String> problems) {
    Map<Bytes, Restorable> byName = new HashMap<>();
    for (Restorable each : found) {
      Restorable other = byName.get(each.account().lookupKey());
      if (other == null || each.account().version() > other.account().version()) {
        byName.put(each.account().lookupKey(), each);
      }
    }
    for (Restorable each : found) {
      if (!byName.containsValue(each)) {
        problems.add("account " + each.userId() + " was replaced by a later registration");
      }
    }
    return found.stream().filter(byName::containsValue).toList();
  }
}
