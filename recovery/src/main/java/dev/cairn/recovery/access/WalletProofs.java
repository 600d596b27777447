package dev.cairn.recovery.access;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.crypto.wallet.SignInExpectation;
import dev.cairn.crypto.wallet.SignInForm;
import dev.cairn.crypto.wallet.SignInMessage;
import dev.cairn.crypto.wallet.SignInRefusedException;
import dev.cairn.crypto.wallet.SignInTypedData;
import dev.cairn.crypto.wallet.SignInUri;
import dev.cairn.crypto.wallet.WalletSignature;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.schemas.http.WalletProof;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Judges what wallets have signed: EIP-4361 or EIP-712, by the account's address, for this service
 * by its name, for the network that the challenge named, with a challenge that this service gave
 * out for this account, not long ago and not used before. Thread-safe.
 */
public final class WalletProofs {
  private static final Pattern NONCE = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SIGNATURE = Pattern.compile("(0x)?[0-9a-fA-F]{130}");

  private final String uri;
  private final long chainId;
  private final Nonces nonces;
  private final Clock clock;

  /**
   * @param serverName enters the URI that logins must name
   * @param chainId the network that they must name
   */
  public WalletProofs(String serverName, long chainId, Nonces nonces, Clock clock) {
    this.uri = SignInUri.of(serverName);
    this.chainId = chainId;
    this.nonces = nonces;
    this.clock = clock;
  }

  /**
   * A proof that holds; its challenge is not used up yet.
   *
   * @param address who signed
   * @param binding what statements of the session are bound to, 32 bytes
   */
  record Judged(EthereumAddress address, Bytes nonce, long expiry, Bytes binding) {
    Bytes sessionId() {
      return nonce.slice(0, PossessionStatement.SESSION_ID_SIZE);
    }
  }

  private record Claimed(
      EthereumAddress address, String nonce, long expiry, Optional<SignInTypedData> typedData) {}

  /**
   * Judges; changes nothing.
   *
   * @param userId whose challenge it must answer
   * @param expected who must have signed; empty where any address may, as long as it signs itself
   */
  Judged judge(UserId userId, Optional<EthereumAddress> expected, WalletProof proof)
      throws Refusal {
    SignInForm form =
        SignInForm.of(proof.kind())
            .orElseThrow(() -> Refusal.malformed("kind is not eip4361 or eip712"));
    if (!SIGNATURE.matcher(proof.signature()).matches()) {
      throw Refusal.malformed(
          "signature is not 65 bytes in hex; a contract wallet's cannot be used");
    }
    Claimed claimed = claimed(form, proof.message());
    if (!NONCE.matcher(claimed.nonce()).matches()) {
      throw Refusal.signatureInvalid("the message answers no challenge of this service");
    }
    Bytes nonce = Bytes.fromHex(claimed.nonce());
    nonces.checkChallenge(userId, nonce, claimed.expiry());
    EthereumAddress address = expected.orElse(claimed.address());
    SignInExpectation expectation =
        new SignInExpectation(
            address, uri, chainId, claimed.nonce(), Nonces.CHALLENGE_LIFETIME, clock);
    try (WalletSignature signature = WalletSignature.parse(proof.signature().toCharArray())) {
      if (claimed.typedData().isPresent()) {
        claimed.typedData().get().verify(signature, expectation);
      } else {
        SignInMessage.verify(proof.message(), signature, expectation);
      }
    } catch (MalformedTextException e) {
      throw Refusal.malformed("signature is not one: " + e.getMessage());
    } catch (SignInRefusedException e) {
      throw switch (e.check()) {
        case ADDRESS, SIGNATURE -> Refusal.wrongProof();
        case MALFORMED -> Refusal.malformed(String.valueOf(e.getMessage()));
        case DOMAIN, URI, CHAIN, NONCE, ISSUED_AT, EXPIRATION ->
            Refusal.signatureInvalid(String.valueOf(e.getMessage()));
      };
    }
    return new Judged(address, nonce, claimed.expiry(), Sha256.hash(Bytes.utf8(proof.message())));
  }

  /** Uses the challenge up. */
  void use(Judged judged) throws Refusal, AccountsUnavailableException {
    nonces.use(judged.nonce(), judged.expiry());
  }

  // Only what is needed to find the challenge; all of it is judged afterwards.
  private static Claimed claimed(SignInForm form, String message) throws Refusal {
    try {
      return switch (form) {
        case EIP_4361 -> {
          SignInMessage text = SignInMessage.parse(message);
          String end =
              text.expirationTime()
                  .orElseThrow(
                      () -> new MalformedTextException("It says no time at which it ends"));
          yield new Claimed(
              text.address(),
              text.nonce(),
              OffsetDateTime.parse(end).toInstant().toEpochMilli(),
              Optional.empty());
        }
        case EIP_712 -> {
          SignInTypedData data = SignInTypedData.parse(message);
          yield new Claimed(
              data.address(), data.nonce(), data.expiration() * 1_000, Optional.of(data));
        }
      };
    } catch (MalformedTextException | DateTimeException | ArithmeticException e) {
      throw Refusal.malformed(String.valueOf(e.getMessage()));
    }
  }
}
