package dev.cairn.recovery.access;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.SealBrokenException;
import dev.cairn.crypto.UserId;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Credentials;
import dev.cairn.recovery.accounts.Outcome;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.http.LoggedIn;
import java.security.InvalidKeyException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;

/**
 * The second factor: codes of an authenticator (RFC 6238, HMAC-SHA-1, 30 seconds, 6 digits, one
 * step earlier or later) and recovery codes.
 *
 * <p>A code is compared here, because only the service can open the authenticator's secret, and
 * judged by the accounts' fold: there it is counted, used up, and refused when there were too many.
 * Nothing is answered before that. Thread-safe.
 */
public final class SecondFactors {
  /** Bytes of an authenticator's secret. */
  public static final int SECRET_SIZE = 20;

  private static final Duration STEP = Duration.ofSeconds(30);
  private static final int WINDOW = 1;
  private static final Pattern TOTP = Pattern.compile("[0-9]{6}");
  private static final Pattern RECOVERY_CODE = Pattern.compile("[0-9A-HJKMNP-TV-Z]{10}");
  private static final int MAX_TEXT = 64;

  private final ServiceSecrets secrets;
  private final Accounts accounts;
  private final Logins logins;
  private final Clock clock;
  private final int guessesMax;
  private final TimeBasedOneTimePasswordGenerator codes =
      new TimeBasedOneTimePasswordGenerator(STEP);

  public SecondFactors(
      ServiceSecrets secrets, Accounts accounts, Logins logins, Clock clock, int guessesMax) {
    this.secrets = secrets;
    this.accounts = accounts;
    this.logins = logins;
    this.clock = clock;
    this.guessesMax = guessesMax;
  }

  /**
   * Turns a session that has proven the secret into one of the first rung.
   *
   * @param authorized by a token of {@link Scope#FACTOR}
   */
  public LoggedIn prove(SignedRequests.Authorized authorized, String given)
      throws Refusal, AccountsUnavailableException {
    Account account = authorized.account();
    Command.FactorMatch match = match(account, normalised(given));
    Outcome outcome =
        accounts.submit(
            new Command.UseFactor(account.userId(), account.version(), match, guessesMax));
    return switch (outcome) {
      case Outcome.FactorRight right -> logins.enterWithFactor(authorized);
      case Outcome.FactorWrong wrong -> throw Refusal.wrongFactor(wrong.left());
      case Outcome.LockedOut locked ->
          throw Refusal.factorLockedOut(
              Duration.ofMillis(Math.max(0, locked.until() - clock.millis())));
      default -> throw Refusal.tokenInvalid("the account has changed since: log in again");
    };
  }

  private Command.FactorMatch match(Account account, String code) throws Refusal {
    Credentials.Factors factors = account.credentials().factors();
    if (TOTP.matcher(code).matches()) {
      if (factors.totp().isEmpty()) {
        return new Command.FactorMatch.None();
      }
      byte[] secret = open(account.userId(), factors.totp().get());
      try {
        OptionalLong step = step(secret, code);
        return step.isPresent()
            ? new Command.FactorMatch.Step(step.getAsLong())
            : new Command.FactorMatch.None();
      } finally {
        Arrays.fill(secret, (byte) 0);
      }
    }
    Bytes digest = secrets.recoveryCodeDigest(account.userId(), code);
    boolean known = false;
    for (Bytes each : factors.recoveryCodes()) {
      known |= each.equalsConstantTime(digest);
    }
    return known ? new Command.FactorMatch.Code(digest) : new Command.FactorMatch.None();
  }

  /** The time step whose code it is; the newest one, where it is that of several. */
  OptionalLong step(byte[] secret, String code) {
    long now = clock.millis() / STEP.toMillis();
    OptionalLong found = OptionalLong.empty();
    for (long step = now - WINDOW; step <= now + WINDOW; step++) {
      if (Bytes.utf8(codeOf(secret, step)).equalsConstantTime(Bytes.utf8(code))) {
        found = OptionalLong.of(step);
      }
    }
    return found;
  }

  private String codeOf(byte[] secret, long step) {
    try {
      return codes.generateOneTimePasswordString(
          new SecretKeySpec(secret, codes.getAlgorithm()),
          Instant.ofEpochMilli(step * STEP.toMillis()));
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("HMAC takes any key", e);
    }
  }

  /** Digits, or a recovery code in capitals without its dashes. */
  static String normalised(String given) throws Refusal {
    if (given.length() <= MAX_TEXT) {
      String code = given.replaceAll("[ \\t-]", "").toUpperCase(Locale.ROOT);
      if (TOTP.matcher(code).matches() || RECOVERY_CODE.matcher(code).matches()) {
        return code;
      }
    }
    throw Refusal.malformed("a code has 6 digits, a recovery code 10 letters and digits");
  }

  /**
   * A new authenticator's secret as it is kept.
   *
   * @param secret stays the caller's to zero
   */
  Credentials.Totp seal(UserId userId, byte[] secret) {
    return new Credentials.Totp(secrets.factorCipher().sealSecret(associatedData(userId), secret));
  }

  /** Whether this is what an authenticator was given. */
  boolean isOf(UserId userId, Credentials.Totp totp, Bytes secret) {
    byte[] kept = open(userId, totp);
    try {
      return Bytes.copyOf(kept).equalsConstantTime(secret);
    } finally {
      Arrays.fill(kept, (byte) 0);
    }
  }

  /** What is kept of a recovery code. */
  Bytes digest(UserId userId, String code) throws Refusal {
    String normal = normalised(code);
    if (!RECOVERY_CODE.matcher(normal).matches()) {
      throw Refusal.malformed("a recovery code has 10 letters and digits");
    }
    return secrets.recoveryCodeDigest(userId, normal);
  }

  private byte[] open(UserId userId, Credentials.Totp totp) {
    try {
      return secrets.factorCipher().openSecret(associatedData(userId), totp.sealedSecret());
    } catch (SealBrokenException e) {
      throw new IllegalStateException(
          "the second factor of " + userId.value() + " was sealed under another factor key", e);
    }
  }

  private static Bytes associatedData(UserId userId) {
    return Layout.label("totp").userId(userId).toBytes();
  }
}
