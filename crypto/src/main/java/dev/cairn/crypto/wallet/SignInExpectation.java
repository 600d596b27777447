package dev.cairn.crypto.wallet;

import dev.cairn.crypto.wallet.SignInRefusedException.Check;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a sign-in must say, whichever form it has.
 *
 * @param address the account's
 * @param uri the service that is signed in to
 * @param chainId the network, as EIP-155 numbers them
 * @param nonce the challenge: given out for this account, once, and not long ago
 * @param maxAge how long ago it may have been issued
 * @param clock the verifier's
 */
public record SignInExpectation(
    EthereumAddress address, String uri, long chainId, String nonce, Duration maxAge, Clock clock) {
  /** How far clocks may differ. */
  public static final Duration SKEW = Duration.ofMinutes(2);

  /**
   * The page that a wallet talks to stands on the owner's own machine, on any port. Wallets warn
   * when a text names another site than the one that asks, so nothing else may be named: a
   * signature that some site has tricked an owner into is for that site, and worth nothing here.
   */
  private static final Pattern DOMAIN =
      Pattern.compile("(localhost|127\\.0\\.0\\.1)(:[0-9]{1,5})?");

  void check(Claims claims) throws SignInRefusedException {
    require(
        DOMAIN.matcher(claims.domain()).matches(),
        Check.DOMAIN,
        "The message was made for the site "
            + quoted(claims.domain())
            + "; this service accepts what was signed on the owner's own machine (localhost)");
    require(
        claims.address().equals(address),
        Check.ADDRESS,
        "The message names the address " + claims.address() + ", the account is " + address);
    require(
        claims.uri().equals(uri),
        Check.URI,
        "The message is for " + quoted(claims.uri()) + ", this service is " + uri);
    require(
        claims.chainId() == chainId,
        Check.CHAIN,
        "The message is for network " + claims.chainId() + ", asked for was " + chainId);
    require(
        claims.nonce().equals(nonce),
        Check.NONCE,
        "The message answers another challenge than the one that was given out. Sign in anew");
    Instant now = clock.instant();
    require(
        !claims.issuedAt().isAfter(now.plus(SKEW))
            && !claims.issuedAt().isBefore(now.minus(maxAge).minus(SKEW)),
        Check.ISSUED_AT,
        "The message was issued at "
            + claims.issuedAt()
            + ", which is in the future or too long ago. Check the clock, then sign in anew");
    require(
        claims.expiration().map(end -> now.isBefore(end.plus(SKEW))).orElse(false),
        Check.EXPIRATION,
        "The message has expired, or says no time at which it does. Sign in anew");
    require(
        claims.notBefore().map(start -> !now.isBefore(start.minus(SKEW))).orElse(true),
        Check.EXPIRATION,
        "The message is not valid yet. Check the clock");
  }

  private static void require(boolean holds, Check check, String message)
      throws SignInRefusedException {
    if (!holds) {
      throw new SignInRefusedException(check, message);
    }
  }

  private static String quoted(String foreign) {
    return '"' + foreign.substring(0, Math.min(foreign.length(), 80)) + '"';
  }

  /** What a message says. */
  record Claims(
      String domain,
      EthereumAddress address,
      String uri,
      long chainId,
      String nonce,
      Instant issuedAt,
      Optional<Instant> expiration,
      Optional<Instant> notBefore) {}
}
