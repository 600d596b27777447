package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.wallet.EthereumAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/** Commands as hostile and forgetful clients would cause them: few names, many repeats. */
final class RandomCommands {
  static final int GUESSES_MAX = 10;
  static final long LOGIN_LIFETIME_MS = 120_000;
  private static final int NAMES = 6;

  record Step(String commandId, Command command, long time) {}

  private final Random random;
  private final List<UserId> users = new ArrayList<>();
  private final List<Bytes> sessions = new ArrayList<>();
  private final List<Bytes> nonces = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private long time = 1_700_000_000_000L;

  RandomCommands(long seed) {
    this.random = new Random(seed);
  }

  Step next() {
    // Mostly quick, sometimes a day: so that everything which expires does.
    time += random.nextInt(100) == 0 ? random.nextInt(100_000_000) : random.nextInt(2_000);
    Step step;
    if (!steps.isEmpty() && random.nextInt(10) == 0) {
      Step before = steps.get(random.nextInt(steps.size()));
      step = new Step(before.commandId(), before.command(), time);
    } else {
      step = new Step("command-" + steps.size(), command(), time);
    }
    steps.add(step);
    return step;
  }

  private Command command() {
    return switch (random.nextInt(17)) {
      case 10 -> new Command.GrantNextEpoch(user(), hex(1), 1 + random.nextInt(4));
      case 11 -> new Command.ReplaceAuthorKey(user(), bytes(32), bytes(32));
      case 12 ->
          new Command.ReplaceBundle(user(), new StoredVersion(1 + random.nextInt(3), bytes(32)));
      case 15 ->
          new Command.ReplaceCredentials(
              user(),
              1 + random.nextInt(3),
              credentials(),
              new StoredVersion(2 + random.nextInt(2), bytes(32)),
              random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextInt(50)));
      case 16 -> new Command.UseFactor(user(), 1 + random.nextInt(3), match(), GUESSES_MAX);
      case 0 -> register();
      case 13 -> provider();
      case 1, 2, 3 -> {
        Bytes session = bytes(16);
        sessions.add(session);
        yield new Command.CountGuess(name(), session, bytes(104), LOGIN_LIFETIME_MS, GUESSES_MAX);
      }
      case 4 -> new Command.FinishLogin(known(sessions, 16), random.nextInt(3) == 0);
      case 5 -> {
        Bytes nonce = random.nextBoolean() ? bytes(32) : known(nonces, 32);
        nonces.add(nonce);
        yield new Command.UseNonce(nonce, time + LOGIN_LIFETIME_MS);
      }
      case 6 -> new Command.GrantEpoch(user(), hex(1));
      case 7 -> new Command.MarkRevoked(user(), 1 + random.nextInt(4));
      case 8 ->
          random.nextBoolean()
              ? new Command.IssueGrant(user(), 1 + random.nextInt(4), random.nextInt(1000))
              : new Command.MarkProvisioned(user(), 1 + random.nextInt(4));
      default -> new Command.NoteEvent(user(), "event", "detail " + random.nextInt());
    };
  }

  private Command provider() {
    return switch (random.nextInt(9)) {
      case 0, 1 -> new Command.Invite(invitation(), time + random.nextInt(1_000_000));
      case 2, 3 -> new Command.RegisterInvited(invitation(), register());
      case 4 -> new Command.SetStatus(user(), Account.Status.DISABLED);
      case 5 -> new Command.SetStatus(user(), Account.Status.ACTIVE);
      case 6 ->
          random.nextInt(4) > 0
              ? new Command.Forget(user())
              : new Command.SetStatus(user(), Account.Status.DELETING);
      // A rebuild is of an empty state: here it must change nothing.
      case 7 ->
          random.nextBoolean()
              ? new Command.BeginRebuild("rebuild", random.nextInt(100_000), time)
              : new Command.FinishRebuild("rebuild");
      default -> new Command.Restore(restored(), 10);
    };
  }

  private Account restored() {
    Command.Register register = register();
    return new Account(
        register.lookupKey(),
        register.username(),
        register.userId(),
        1 + random.nextInt(4),
        register.authorPublicKey(),
        register.credentials(),
        register.bundle(),
        "a",
        0,
        List.of(
            new Grant(
                "registration", 1, Grant.Stage.ISSUED, OptionalLong.of(0), random.nextBoolean())),
        List.of(),
        Account.Status.ACTIVE,
        random.nextInt(1000));
  }

  private Credentials password() {
    return Credentials.ofPassword(
        new StoredVersion(1 + random.nextInt(3), bytes(32)), KsfParameters.DEFAULT);
  }

  private Credentials credentials() {
    boolean wallet = random.nextBoolean();
    boolean factor = random.nextBoolean();
    return new Credentials(
        wallet ? Optional.empty() : password().password(),
        wallet
            ? Optional.of(new Credentials.WalletLogin(new EthereumAddress(bytes(20))))
            : Optional.empty(),
        random.nextBoolean()
            ? Optional.of(new Credentials.RecoveryKeyLogin(bytes(32)))
            : Optional.empty(),
        factor
            ? new Credentials.Factors(
                Optional.of(new Credentials.Totp(bytes(60))), List.of(code(), code()))
            : Credentials.Factors.NONE);
  }

  private Command.FactorMatch match() {
    return switch (random.nextInt(3)) {
      case 0 -> new Command.FactorMatch.Step(random.nextInt(50));
      case 1 -> new Command.FactorMatch.Code(code());
      default -> new Command.FactorMatch.None();
    };
  }

  private Bytes code() {
    byte[] digest = new byte[32];
    digest[0] = (byte) random.nextInt(4);
    digest[1] = 9;
    return Bytes.wrap(digest);
  }

  private Bytes invitation() {
    byte[] digest = new byte[32];
    digest[0] = (byte) random.nextInt(5);
    return Bytes.wrap(digest);
  }

  Command.Register register() {
    UserId id = user();
    if (users.size() < 40 && random.nextInt(3) > 0) {
      id = newUser();
    }
    Optional<Command.Replaced> replaces =
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(new Command.Replaced(user(), random.nextInt(2)));
    return new Command.Register(
        name(),
        "name",
        id,
        bytes(32),
        random.nextInt(4) == 0 ? credentials() : password(),
        new StoredVersion(1, bytes(32)),
        List.of("a", "b"),
        2,
        replaces);
  }

  private UserId newUser() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 25; i++) {
      text.append("abcdefghijklmnopqrstuvwxyz234567".charAt(random.nextInt(32)));
    }
    UserId id = UserId.parse(text.append('a').toString());
    users.add(id);
    return id;
  }

  private UserId user() {
    return users.isEmpty() ? newUser() : users.get(random.nextInt(users.size()));
  }

  private Bytes name() {
    byte[] key = new byte[32];
    key[0] = (byte) random.nextInt(NAMES);
    key[31] = 7;
    return Bytes.wrap(key);
  }

  private Bytes known(List<Bytes> all, int size) {
    return all.isEmpty() ? bytes(size) : all.get(random.nextInt(all.size()));
  }

  private String hex(int distinct) {
    byte[] id = new byte[16];
    id[0] = (byte) random.nextInt(distinct * 3);
    return HexFormat.of().formatHex(id);
  }

  private Bytes bytes(int size) {
    byte[] content = new byte[size];
    random.nextBytes(content);
    return Bytes.wrap(content);
  }
}
