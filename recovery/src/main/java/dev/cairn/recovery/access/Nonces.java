package dev.cairn.recovery.access;

import dev.cairn.crypto.Bytes;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Outcome;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.recovery.secrets.ServiceSecrets;
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
