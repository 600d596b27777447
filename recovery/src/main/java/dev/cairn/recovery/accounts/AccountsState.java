package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * All accounts, as of one offset of the accounts topic. Every transition depends on the state, the
 * command and the broker's time alone, so that instances agree. Not thread-safe.
 *
 * <table>
 * <caption>what is forgotten, and when</caption>
 * <tr><th>what</th><th>when</th></tr>
 * <tr><td>outcome of a command id</td><td>a day later, or behind two hundred thousand newer ones</td></tr>
 * <tr><td>used nonce</td><td>when its own stamp has expired</td></tr>
 * <tr><td>unfinished login</td><td>when its time is over, or behind a hundred thousand newer ones</td></tr>
 * <tr><td>guesses at a name without an account</td><td>thirty days after the last, or behind a hundred
 * thousand other names</td></tr>
 * <tr><td>invitation</td><td>when it has expired</td></tr>
 * </table>
 */
public final class AccountsState {
  static final String FIRST_GRANT = "registration";

  private static final long DAY_MS = 24L * 60 * 60 * 1000;

  /** RFC 6238's time step. */
  static final long TOTP_STEP_MS = 30_000;

  private static final int OUTCOMES_MAX = 200_000;
  private static final int LOGINS_MAX = 100_000;
  private static final int STRANGERS_MAX = 100_000;

  private record Remembered(Outcome outcome, long time) {}

  // In order of insertion, so that equal states give equal checkpoints.
  private final Map<UserId, Account> accounts = new LinkedHashMap<>();
  private final Map<String, Integer> usersOfCells = new HashMap<>();
  private final Map<Bytes, UserId> names = new HashMap<>();
  private final Map<Bytes, GuessCounter> guesses = new LinkedHashMap<>();
  private final LinkedHashMap<Bytes, GuessCounter> strangers = new LinkedHashMap<>();
  private final LinkedHashMap<Bytes, LoginRecord> logins = new LinkedHashMap<>();
  private final LinkedHashMap<Bytes, Long> nonces = new LinkedHashMap<>();
  private final LinkedHashMap<String, Remembered> outcomes = new LinkedHashMap<>();
  private final LinkedHashMap<Bytes, Invitation> invitations = new LinkedHashMap<>();
  private final LinkedHashMap<Bytes, FactorUse> factors = new LinkedHashMap<>();

  /** Commands so far; a rebuild lifts it above every revision there was. */
  private long applied;

  private long noncesAfter;
  private Optional<String> rebuild = Optional.empty();

  // Not part of the state: what storage has not been told yet.
  private final Map<UserId, Optional<Account>> changed = new LinkedHashMap<>();

  /** Applies a command that the broker appended at {@code now}; a repeat changes nothing. */
  Outcome apply(String commandId, Command command, long now) {
    applied++;
    forget(now);
    Remembered before = outcomes.get(commandId);
    if (before != null) {
      return before.outcome();
    }
    Outcome outcome =
        switch (command) {
          case Command.Register register -> register(register, now);
          case Command.CountGuess guess -> countGuess(guess, now);
          case Command.FinishLogin finish -> finishLogin(finish, now);
          case Command.UseNonce use -> useNonce(use, now);
          case Command.GrantEpoch grant -> grant(grant, now);
          case Command.MarkRevoked revoked ->
              moveGrant(revoked.userId(), revoked.epoch(), Grant::revoked);
          case Command.IssueGrant issue -> issue(issue, now);
          case Command.MarkProvisioned provisioned -> connected(provisioned, now);
          case Command.NoteEvent note -> note(note, now);
          case Command.GrantNextEpoch grant -> grantNext(grant, now);
          case Command.ReplaceAuthorKey replace -> replaceAuthorKey(replace, now);
          case Command.ReplaceBundle replace -> replaceBundle(replace, now);
          case Command.ReplaceCredentials replace -> replaceCredentials(replace, now);
          case Command.UseFactor use -> useFactor(use, now);
          case Command.RegisterInvited invited -> registerInvited(invited, now);
          case Command.Invite invite -> invite(invite);
          case Command.SetStatus status -> setStatus(status, now);
          case Command.Forget forget -> forgetAccount(forget);
          case Command.BeginRebuild begin -> beginRebuild(begin);
          case Command.Restore restore -> restore(restore, now);
          case Command.FinishRebuild finish -> finishRebuild(finish);
        };
    outcomes.put(commandId, new Remembered(outcome, now));
    return outcome;
  }

  /** What a command came to, as long as that is remembered. */
  Optional<Outcome> outcomeOf(String commandId) {
    return Optional.ofNullable(outcomes.get(commandId)).map(Remembered::outcome);
  }

  /** Whether accounts are being brought back from storage: until they all are, none is served. */
  public boolean isBeingRebuilt() {
    return rebuild.isPresent();
  }

  /** The rebuild that is under way. */
  Optional<String> rebuild() {
    return rebuild;
  }

  /**
   * What storage must be told since the last question: accounts that changed, and accounts that are
   * gone.
   */
  Map<UserId, Optional<Account>> drainChanged() {
    Map<UserId, Optional<Account>> drained = new LinkedHashMap<>(changed);
    changed.clear();
    return drained;
  }

  // Every change of an account goes through here.
  private void put(Account account) {
    Account before = accounts.get(account.userId());
    boolean same = before != null && before.isKeptAs(account);
    Account now = same ? account : account.withRevision(applied);
    accounts.put(now.userId(), now);
    if (!same) {
      changed.put(now.userId(), Optional.of(now));
    }
  }

  private void remove(Account account) {
    accounts.remove(account.userId());
    usersOfCells.merge(account.cell(), -1, Integer::sum);
    factors.remove(account.lookupKey());
    // Nobody's login to the account before leads into another one.
    logins.values().removeIf(login -> login.lookupKey().equals(account.lookupKey()));
    changed.put(account.userId(), Optional.empty());
  }

  /** The account of a name. */
  public Optional<Account> byName(Bytes lookupKey) {
    return Optional.ofNullable(names.get(lookupKey)).flatMap(this::byId);
  }

  /** The account of a user id. */
  public Optional<Account> byId(UserId userId) {
    return Optional.ofNullable(accounts.get(userId));
  }

  /** All accounts. */
  public List<Account> all() {
    return List.copyOf(accounts.values());
  }

  /** How many accounts there are. */
  int size() {
    return accounts.size();
  }

  /** How many names are not answered at {@code now} because of guesses. */
  long lockedNames(int guessesMax, long now) {
    return Stream.concat(guesses.values().stream(), strangers.values().stream())
        .filter(counter -> counter.nextAllowedAt(guessesMax) > now)
        .count();
  }

  /** How many takeovers were granted and are not finished. */
  long pendingTakeovers() {
    return accounts.values().stream()
        .flatMap(account -> account.grants().stream())
        .filter(grant -> grant.stage() != Grant.Stage.ISSUED)
        .count();
  }

  /** A login that was started and not finished. */
  public Optional<LoginRecord> login(Bytes sessionId) {
    return Optional.ofNullable(logins.get(sessionId));
  }

  /** Whether an invitation, by the SHA-256 of its code, is good for a name at {@code now}. */
  public boolean isInvited(Bytes invitation, Bytes lookupKey, long now) {
    Invitation known = invitations.get(invitation);
    return known != null && known.allows(lookupKey, now);
  }

  /** Guesses at a name since its last success. */
  public GuessCounter guesses(Bytes lookupKey) {
    return (names.containsKey(lookupKey) ? guesses : strangers)
        .getOrDefault(lookupKey, GuessCounter.NONE);
  }

  private Outcome register(Command.Register command, long now) {
    if (rebuild.isPresent()) {
      // Its owner may be on the way back from storage.
      return new Outcome.UsernameTaken();
    }
    UserId holder = names.get(command.lookupKey());
    Optional<Account> held = Optional.ofNullable(holder).flatMap(this::byId);
    boolean mayReplace =
        held.isPresent()
            && command.replaces().isPresent()
            && command.replaces().get().userId().equals(holder)
            && command.replaces().get().connections() == held.get().connections()
            && held.get().status() == Account.Status.ACTIVE;
    if ((holder != null && !mayReplace) || accounts.containsKey(command.userId())) {
      return new Outcome.UsernameTaken();
    }
    Optional<String> cell = mayReplace ? held.map(Account::cell) : roomIn(command);
    if (cell.isEmpty()) {
      return new Outcome.NoRoom();
    }
    long version = 1;
    if (mayReplace) {
      version = held.get().version() + 1;
      remove(held.get());
    }
    Grant first = new Grant(FIRST_GRANT, 1, Grant.Stage.ISSUED, OptionalLong.of(0), false);
    Account account =
        new Account(
            command.lookupKey(),
            command.username(),
            command.userId(),
            version,
            command.authorPublicKey(),
            command.credentials(),
            command.bundle(),
            cell.get(),
            0,
            List.of(first),
            List.of(),
            Account.Status.ACTIVE,
            0);
    put(account.noting(now, "registered", ""));
    usersOfCells.merge(cell.get(), 1, Integer::sum);
    names.put(command.lookupKey(), command.userId());
    GuessCounter asStranger = strangers.remove(command.lookupKey());
    if (asStranger != null) {
      guesses.put(command.lookupKey(), asStranger);
    }
    return new Outcome.Registered(cell.get());
  }

  private Optional<String> roomIn(Command.Register command) {
    return command.cells().stream()
        .filter(cell -> usersOfCells.getOrDefault(cell, 0) < command.cellUsersMax())
        .findFirst();
  }

  private Outcome countGuess(Command.CountGuess command, long now) {
    GuessCounter counter = guesses(command.lookupKey());
    long allowedAt = counter.nextAllowedAt(command.guessesMax());
    if (now < allowedAt) {
      return new Outcome.LockedOut(allowedAt);
    }
    GuessCounter counted = counter.counted(now);
    if (names.containsKey(command.lookupKey())) {
      guesses.put(command.lookupKey(), counted);
      note(command.lookupKey(), now, "login started", "guess " + counted.count());
    } else {
      strangers.remove(command.lookupKey());
      strangers.put(command.lookupKey(), counted);
      dropOldest(strangers, STRANGERS_MAX);
    }
    logins.put(
        command.sessionId(),
        new LoginRecord(command.lookupKey(), command.sealedState(), now + command.lifetimeMs()));
    dropOldest(logins, LOGINS_MAX);
    return new Outcome.GuessCounted(Math.max(0, command.guessesMax() - counted.count()));
  }

  private Outcome finishLogin(Command.FinishLogin command, long now) {
    LoginRecord login = logins.remove(command.sessionId());
    if (login == null || login.expiresAt() < now) {
      return new Outcome.NoSuchLogin();
    }
    if (!command.succeeded() || !names.containsKey(login.lookupKey())) {
      note(login.lookupKey(), now, "login failed", "wrong password");
      return new Outcome.LoginFinished(Optional.empty());
    }
    Optional<Account> account = byName(login.lookupKey());
    boolean factorToCome =
        account.map(opened -> opened.credentials().factors().isEnrolled()).orElse(false);
    if (!factorToCome) {
      guesses.remove(login.lookupKey());
    }
    note(
        login.lookupKey(),
        now,
        factorToCome ? "password right" : "login succeeded",
        factorToCome ? "the second factor is still to be proven" : "");
    return new Outcome.LoginFinished(
        account.map(proven -> new Outcome.Proven(proven.userId(), proven.version())));
  }

  private Outcome useNonce(Command.UseNonce command, long now) {
    if (command.expiresAt() < now || command.expiresAt() <= noncesAfter) {
      // What is over is forgotten: an instance whose clock lags must not take it for new.
      return new Outcome.NonceUsed();
    }
    return nonces.putIfAbsent(command.nonce(), command.expiresAt()) == null
        ? new Outcome.NonceFresh()
        : new Outcome.NonceUsed();
  }

  private Outcome grant(Command.GrantEpoch command, long now) {
    Account account = accounts.get(command.userId());
    if (account == null) {
      return new Outcome.Unknown();
    }
    Optional<Grant> before = account.grantOf(command.takeoverId());
    if (before.isPresent()) {
      return new Outcome.Granted(before.get());
    }
    return grantNewest(account, command.takeoverId(), "takeover granted", now);
  }

  private Outcome grantNewest(Account account, String id, String event, long now) {
    Grant grant =
        new Grant(
            id,
            account.newestGrant().epoch() + 1,
            Grant.Stage.GRANTED,
            OptionalLong.empty(),
            false);
    put(account.with(grant).noting(now, event, "epoch " + grant.epoch()));
    return new Outcome.Granted(grant);
  }

  // Where another epoch was granted meanwhile, the outcome is that one: its id is not the asker's.
  private Outcome grantNext(Command.GrantNextEpoch command, long now) {
    Account account = accounts.get(command.userId());
    if (account == null) {
      return new Outcome.Unknown();
    }
    Optional<Grant> before = account.grantOf(command.grantId());
    if (before.isPresent()) {
      return new Outcome.Granted(before.get());
    }
    if (account.newestGrant().epoch() != command.afterEpoch()) {
      return new Outcome.Granted(account.newestGrant());
    }
    return grantNewest(account, command.grantId(), "epoch granted to its writer", now);
  }

  private Outcome replaceAuthorKey(Command.ReplaceAuthorKey command, long now) {
    Account account = accounts.get(command.userId());
    if (account == null) {
      return new Outcome.Unknown();
    }
    if (account.authorPublicKey().equals(command.newAuthorPublicKey())) {
      return new Outcome.Done();
    }
    if (!account.authorPublicKey().equals(command.authorPublicKey())) {
      return new Outcome.Unknown();
    }
    put(account.withAuthorKey(command.newAuthorPublicKey()).noting(now, "backup key rotated", ""));
    return new Outcome.Done();
  }

  private Outcome replaceBundle(Command.ReplaceBundle command, long now) {
    Account account = accounts.get(command.userId());
    if (account == null) {
      return new Outcome.Unknown();
    }
    if (account.bundle().equals(command.bundle())) {
      return new Outcome.Done();
    }
    if (account.bundle().version() + 1 != command.bundle().version()) {
      return new Outcome.Unknown();
    }
    put(
        account
            .withBundle(command.bundle())
            .noting(now, "bundle replaced", "version " + command.bundle().version()));
    return new Outcome.Done();
  }

  private Outcome replaceCredentials(Command.ReplaceCredentials command, long now) {
    Account account = accounts.get(command.userId());
    if (account == null) {
      return new Outcome.Unknown();
    }
    if (account.version() != command.accountVersion()
        || (account.bundle().version() + 1 != command.bundle().version()
            && !account.bundle().equals(command.bundle()))
        || account.status() != Account.Status.ACTIVE) {
      return new Outcome.Conflict();
    }
    Account replaced = account.replaced(command.credentials(), command.bundle());
    put(replaced.noting(now, "secrets replaced", command.credentials().describe()));
    guesses.remove(account.lookupKey());
    FactorUse before = factors.getOrDefault(account.lookupKey(), FactorUse.NONE);
    if (!command.credentials().factors().isEnrolled()) {
      factors.remove(account.lookupKey());
    } else {
      factors.put(
          account.lookupKey(),
          new FactorUse(GuessCounter.NONE, command.usedStep().orElse(before.lastStep())));
    }
    return new Outcome.CredentialsReplaced(replaced.version());
  }

  private Outcome useFactor(Command.UseFactor command, long now) {
    Account account = accounts.get(command.userId());
    if (account == null
        || account.version() != command.accountVersion()
        || !account.credentials().factors().isEnrolled()) {
      return new Outcome.Conflict();
    }
    Bytes lookupKey = account.lookupKey();
    FactorUse use = factors.getOrDefault(lookupKey, FactorUse.NONE);
    long allowedAt = use.failures().nextAllowedAt(command.guessesMax());
    if (now < allowedAt) {
      return new Outcome.LockedOut(allowedAt);
    }
    Credentials.Factors enrolled = account.credentials().factors();
    switch (command.match()) {
      case Command.FactorMatch.Step matched when matched.step() > use.lastStep() -> {
        factors.put(lookupKey, new FactorUse(GuessCounter.NONE, matched.step()));
        put(account.noting(now, "login succeeded", "code of the authenticator"));
      }
      case Command.FactorMatch.Code matched
          when enrolled.recoveryCodes().contains(matched.digest()) -> {
        factors.put(lookupKey, new FactorUse(GuessCounter.NONE, use.lastStep()));
        Account left = account.withoutCode(matched.digest());
        put(
            left.noting(
                now,
                "login succeeded",
                "recovery code; "
                    + left.credentials().factors().recoveryCodes().size()
                    + " are left"));
      }
      case Command.FactorMatch.Step used -> {
        return wrongFactor(account, use, command.guessesMax(), now);
      }
      case Command.FactorMatch.Code used -> {
        return wrongFactor(account, use, command.guessesMax(), now);
      }
      case Command.FactorMatch.None none -> {
        return wrongFactor(account, use, command.guessesMax(), now);
      }
    }
    // Secret and factor are proven: whoever guessed before did not get in.
    guesses.remove(lookupKey);
    return new Outcome.FactorRight();
  }

  private Outcome wrongFactor(Account account, FactorUse use, int guessesMax, long now) {
    GuessCounter counted = use.failures().counted(now);
    factors.put(account.lookupKey(), new FactorUse(counted, use.lastStep()));
    put(account.noting(now, "wrong second factor", "attempt " + counted.count()));
    return new Outcome.FactorWrong(Math.max(0, guessesMax - counted.count()));
  }

  /** How an account's second factor was used. */
  public FactorUse factorUse(Bytes lookupKey) {
    return factors.getOrDefault(lookupKey, FactorUse.NONE);
  }

  private Outcome issue(Command.IssueGrant command, long now) {
    Optional<Grant> before =
        byId(command.userId()).flatMap(account -> account.grantOf(command.epoch()));
    Outcome outcome =
        moveGrant(
            command.userId(), command.epoch(), grant -> grant.issued(command.finalEndOffset()));
    if (before.filter(grant -> grant.stage() == Grant.Stage.REVOKED).isPresent()) {
      byId(command.userId())
          .ifPresent(
              account -> put(account.noting(now, "takeover issued", "epoch " + command.epoch())));
    }
    return outcome;
  }

  private Outcome moveGrant(UserId userId, long epoch, UnaryOperator<Grant> change) {
    Account account = accounts.get(userId);
    if (account == null || account.grantOf(epoch).isEmpty()) {
      return new Outcome.Unknown();
    }
    Account changed = account.changing(epoch, change);
    put(changed);
    return changed.grantOf(epoch).<Outcome>map(Outcome.Granted::new).orElse(new Outcome.Unknown());
  }

  private Outcome connected(Command.MarkProvisioned command, long now) {
    Outcome outcome = moveGrant(command.userId(), command.epoch(), Grant::provisionedNow);
    byId(command.userId())
        .ifPresent(account ->
            put(account.connected().noting(now, "connected", "epoch " + command.epoch())));
    return outcome;
  }

  private Outcome note(Command.NoteEvent command, long now) {
    Account account = accounts.get(command.userId());
    if (account == null) {
      return new Outcome.Unknown();
    }
    put(account.noting(now, command.event(), command.detail()));
    return new Outcome.Done();
  }

  private void note(Bytes lookupKey, long now, String event, String detail) {
    byName(lookupKey).ifPresent(account -> put(account.noting(now, event, detail)));
  }

  private Outcome registerInvited(Command.RegisterInvited command, long now) {
    Bytes lookupKey = command.register().lookupKey();
    Invitation invitation = invitations.get(command.invitation());
    if (invitation == null || !invitation.allows(lookupKey, now)) {
      return new Outcome.NotInvited();
    }
    Outcome outcome = register(command.register(), now);
    if (outcome instanceof Outcome.Registered) {
      invitations.put(command.invitation(), invitation.used(lookupKey));
    }
    return outcome;
  }

  private Outcome invite(Command.Invite command) {
    invitations.putIfAbsent(
        command.invitation(), new Invitation(command.expiresAt(), Optional.empty()));
    return new Outcome.Done();
  }

  private Outcome setStatus(Command.SetStatus command, long now) {
    Account account = accounts.get(command.userId());
    if (account == null) {
      return new Outcome.Unknown();
    }
    if (account.status() != command.status() && account.status() != Account.Status.DELETING) {
      put(
          account
              .withStatus(command.status())
              .noting(now, "status", command.status().name().toLowerCase(Locale.ROOT)));
    }
    return new Outcome.Done();
  }

  private Outcome forgetAccount(Command.Forget command) {
    Account account = accounts.get(command.userId());
    if (account == null || account.status() != Account.Status.DELETING) {
      return new Outcome.Unknown();
    }
    remove(account);
    names.remove(account.lookupKey());
    guesses.remove(account.lookupKey());
    return new Outcome.Done();
  }

  private Outcome beginRebuild(Command.BeginRebuild command) {
    if (rebuild.isEmpty() && accounts.isEmpty()) {
      rebuild = Optional.of(command.rebuildId());
      noncesAfter = command.noncesAfter();
      applied = Math.max(applied, command.revision());
    }
    return new Outcome.Done();
  }

  private Outcome restore(Command.Restore command, long now) {
    Account account = command.account();
    if (rebuild.isEmpty()
        || accounts.containsKey(account.userId())
        || names.containsKey(account.lookupKey())) {
      return new Outcome.Unknown();
    }
    boolean wasConnected = account.grants().stream().anyMatch(Grant::provisioned);
    put(
        (wasConnected ? account.connected() : account)
            .noting(now, "restored from storage", "what happened before is not known any more"));
    names.put(account.lookupKey(), account.userId());
    usersOfCells.merge(account.cell(), 1, Integer::sum);
    if (command.guesses() > 0) {
      guesses.put(account.lookupKey(), new GuessCounter(command.guesses(), now));
    }
    if (account.credentials().factors().isEnrolled()) {
      // Which codes were used is not known: those that a clock may show now count as used.
      factors.put(
          account.lookupKey(),
          new FactorUse(new GuessCounter(command.guesses(), now), now / TOTP_STEP_MS + 1));
    }
    return new Outcome.Done();
  }

  private Outcome finishRebuild(Command.FinishRebuild command) {
    if (rebuild.filter(command.rebuildId()::equals).isEmpty()) {
      return new Outcome.Unknown();
    }
    rebuild = Optional.empty();
    return new Outcome.Done();
  }

  private void forget(long now) {
    dropWhile(outcomes.entrySet().iterator(), e -> e.getValue().time() + DAY_MS < now);
    dropOldest(outcomes, OUTCOMES_MAX);
    dropWhile(strangers.entrySet().iterator(), e -> e.getValue().last() + 30 * DAY_MS < now);
    dropWhile(logins.entrySet().iterator(), e -> e.getValue().expiresAt() < now);
    // Expiries are nearly in order: each is its issue time and a constant.
    dropWhile(nonces.entrySet().iterator(), e -> e.getValue() < now);
    invitations.values().removeIf(invitation -> invitation.expiresAt() < now);
  }

  private static <K, V> void dropWhile(
      Iterator<Map.Entry<K, V>> eldestFirst, Predicate<Map.Entry<K, V>> over) {
    while (eldestFirst.hasNext() && over.test(eldestFirst.next())) {
      eldestFirst.remove();
    }
  }

  private static <K, V> void dropOldest(Map<K, V> map, int max) {
    Iterator<K> eldestFirst = map.keySet().iterator();
    for (int excess = map.size() - max; excess > 0; excess--) {
      eldestFirst.next();
      eldestFirst.remove();
    }
  }

  /** Everything, in an order that {@link #restore} keeps. */
  AccountsSnapshot snapshot() {
    return new AccountsSnapshot(
        all(),
        AccountsSnapshot.pairs(guesses),
        AccountsSnapshot.pairs(strangers),
        AccountsSnapshot.pairs(logins),
        AccountsSnapshot.pairs(nonces),
        outcomes.entrySet().stream()
            .map(e ->
                new AccountsSnapshot.CommandOutcome(
                    e.getKey(), e.getValue().outcome(), e.getValue().time()))
            .toList(),
        AccountsSnapshot.pairs(invitations),
        AccountsSnapshot.pairs(factors),
        applied,
        noncesAfter,
        rebuild.orElse(""));
  }

  /** The state that {@link #snapshot} was taken of. */
  static AccountsState restore(AccountsSnapshot snapshot) {
    AccountsState state = new AccountsState();
    for (Account account : snapshot.accounts()) {
      state.accounts.put(account.userId(), account);
      state.names.put(account.lookupKey(), account.userId());
      state.usersOfCells.merge(account.cell(), 1, Integer::sum);
    }
    snapshot.guesses().forEach(pair -> state.guesses.put(pair.key(), pair.value()));
    snapshot.strangers().forEach(pair -> state.strangers.put(pair.key(), pair.value()));
    snapshot.logins().forEach(pair -> state.logins.put(pair.key(), pair.value()));
    snapshot.nonces().forEach(pair -> state.nonces.put(pair.key(), pair.value()));
    snapshot
        .outcomes()
        .forEach(o -> state.outcomes.put(o.commandId(), new Remembered(o.outcome(), o.time())));
    snapshot.invitations().forEach(pair -> state.invitations.put(pair.key(), pair.value()));
    snapshot.factors().forEach(pair -> state.factors.put(pair.key(), pair.value()));
    state.applied = snapshot.applied();
    state.noncesAfter = snapshot.noncesAfter();
    state.rebuild = Optional.of(snapshot.rebuild()).filter(id -> !id.isEmpty());
    return state;
  }
}
