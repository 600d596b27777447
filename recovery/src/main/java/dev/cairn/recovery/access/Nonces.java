package dev.cairn.recovery.access;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Outcome;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.http.LoginChallenge;
import dev.cairn.schemas.http.NonceIssued;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/**
 * Nonces for signed requests: {@code random(16) ‖ first 16 bytes of a stamp over random and
 * expiry}. The stamp makes them cost no memory until they are used; use is a command, so that each
 * serves once across instances and restarts. Thread-safe.
 */
public final class Nonces {
  private static final Duration LIFETIME = Duration.ofMinutes(2);

  /** A person may have to read a wallet's message, and to find the device that signs it. */
  static final Duration CHALLENGE_LIFETIME = Duration.ofMinutes(10);

  /** Ethereum's main network: a login needs none, but every wallet knows it. */
  public static final long CHAIN = 1;

  private static final long SECOND_MS = 1_000;
  private static final int HALF = 16;

  private final ServiceSecrets secrets;
  private final Accounts accounts;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  public Nonces(ServiceSecrets secrets, Accounts accounts, Clock clock) {
    this.secrets = secrets;
    this.accounts = accounts;
    this.clock = clock;
  }

  /** Gives a nonce out. */
  public NonceIssued issue() {
    byte[] fresh = new byte[HALF];
    random.nextBytes(fresh);
    long expiry = clock.millis() + LIFETIME.toMillis();
    Bytes half = Bytes.wrap(fresh);
    Bytes nonce = Bytes.concat(half, secrets.nonceStamp(half, expiry).slice(0, HALF));
    return new NonceIssued(nonce.base64Url(), expiry);
  }

  /** Gives a challenge out that serves for one account's login, or for its new secret. */
  public LoginChallenge challenge(UserId userId) {
    byte[] fresh = new byte[HALF];
    random.nextBytes(fresh);
    // On a whole second, because that is how a wallet's message says it.
    long expiry = (clock.millis() + CHALLENGE_LIFETIME.toMillis()) / SECOND_MS * SECOND_MS;
    Bytes half = Bytes.wrap(fresh);
    Bytes nonce = Bytes.concat(half, secrets.challengeStamp(userId, half, expiry).slice(0, HALF));
    return new LoginChallenge(userId.value(), nonce.hex(), expiry, CHAIN);
  }

  /** Whether it is a challenge of ours for this account and expiry, and not over. */
  void checkChallenge(UserId userId, Bytes nonce, long expiry) throws Refusal {
    Bytes stamp = secrets.challengeStamp(userId, nonce.slice(0, HALF), expiry).slice(0, HALF);
    if (!stamp.equalsConstantTime(nonce.slice(HALF, 2 * HALF)) || expiry < clock.millis()) {
      throw Refusal.signatureInvalid(
          "the challenge is not one of this service for this account, or is over");
    }
  }

  /** Whether it is one of ours for this expiry, and not over. Changes nothing. */
  void check(Bytes nonce, long expiry) throws Refusal {
    Bytes half = nonce.slice(0, HALF);
    Bytes stamp = secrets.nonceStamp(half, expiry).slice(0, HALF);
    if (!stamp.equalsConstantTime(nonce.slice(HALF, 2 * HALF)) || expiry < clock.millis()) {
      throw Refusal.signatureInvalid("the nonce is not one of this service, or is over");
    }
  }

  /** Uses it up; only after everything else about the request was right. */
  void use(Bytes nonce, long expiry) throws Refusal, AccountsUnavailableException {
    if (!(accounts.submit(new Command.UseNonce(nonce, expiry)) instanceof Outcome.NonceFresh)) {
      throw Refusal.signatureInvalid("the nonce was used before");
    }
  }
}
