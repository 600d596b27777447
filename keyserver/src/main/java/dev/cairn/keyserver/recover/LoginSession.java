package dev.cairn.keyserver.recover;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.bundle.RecoveryKey;
import dev.cairn.crypto.opaque.KE2;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.crypto.opaque.LoginAttempt;
import dev.cairn.crypto.opaque.LoginResult;
import dev.cairn.crypto.opaque.OpaqueClient;
import dev.cairn.crypto.opaque.OpaqueException;
import dev.cairn.crypto.opaque.OpaqueSuite;
import dev.cairn.crypto.opaque.PasswordInput;
import dev.cairn.crypto.opaque.UnusablePasswordException;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.crypto.statements.RecoveryKeyStatement;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.keyserver.service.AccessToken;
import dev.cairn.keyserver.service.Challenge;
import dev.cairn.keyserver.service.LoginOffer;
import dev.cairn.keyserver.service.LoginPort;
import dev.cairn.keyserver.service.PossessionSigner;
import dev.cairn.keyserver.service.SecretProven;
import dev.cairn.keyserver.service.ServerDescription;
import dev.cairn.keyserver.service.TokenInvalidException;
import dev.cairn.keyserver.wallet.SignedLogin;
import dev.cairn.keyserver.wallet.WalletKeys;
import dev.cairn.keyserver.wallet.WalletSigner;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * One login that has proven the secret: a token, the key that opens the bundle, and what binds
 * statements to it.
 */
final class LoginSession implements AutoCloseable {
  /** Where the key that opens the bundle comes from. */
  private sealed interface KekSource extends AutoCloseable {
    Kek kek(Bytes parameters);

    @Override
    void close();
  }

  private record KnownKek(Kek key) implements KekSource {
    @Override
    public Kek kek(Bytes parameters) {
      return key;
    }

    @Override
    public void close() {
      key.close();
    }
  }

  /** Asks the wallet once, when the key is needed and the text is known. */
  private static final class WalletKek implements KekSource {
    private final WalletSigner signer;
    private final String serverName;
    private final UserId userId;
    private Optional<Kek> kek = Optional.empty();

    WalletKek(WalletSigner signer, String serverName, UserId userId) {
      this.signer = signer;
      this.serverName = serverName;
      this.userId = userId;
    }

    @Override
    public synchronized Kek kek(Bytes parameters) {
      if (kek.isEmpty()) {
        kek = Optional.of(WalletKeys.recover(signer, parameters, serverName, userId));
      }
      return kek.get();
    }

    @Override
    public synchronized void close() {
      kek.ifPresent(Kek::close);
    }
  }

  private final UserId userId;
  private final AccessToken token;
  private final long accountVersion;
  private final KekSource source;
  private final Bytes sessionId;
  private final Bytes sessionBinding;

  private LoginSession(
      SecretProven proven, KekSource source, Bytes sessionId, Bytes sessionBinding) {
    this.userId = proven.userId();
    this.token = proven.token();
    this.accountVersion = proven.accountVersion();
    this.source = source;
    this.sessionId = sessionId;
    this.sessionBinding = sessionBinding;
  }

  /**
   * Logs in, and proves the second factor where one is enrolled. What is secret never leaves this
   * machine, but for a code that serves once.
   *
   * @throws WrongSecretException if name and secret do not fit, or a code is wrong
   */
  static LoginSession open(
      LoginPort port, String username, Proof proof, KsfPolicy policy, SecureRandom random) {
    return switch (proof.secret()) {
      case PasswordSecret secret ->
          byPassword(port, username, secret.password(), proof.factor(), policy, random);
      case RecoveryKeySecret secret -> byRecoveryKey(port, username, secret.key(), proof.factor());
      case WalletSecret secret -> byWallet(port, username, secret.signer(), proof.factor());
    };
  }

  private static LoginSession byRecoveryKey(
      LoginPort port, String username, SecretBytes key, FactorPrompt factor) {
    String serverName = port.server().serverName();
    Challenge challenge = port.challenge(username);
    RecoveryKeyStatement statement =
        new RecoveryKeyStatement(
            serverName, challenge.userId(), challenge.nonce(), challenge.expiryMillis());
    Bytes signature;
    try (AuthorKey loginKey = RecoveryKey.loginKey(key, challenge.userId())) {
      signature = statement.signWith(loginKey);
    }
    SecretProven proven =
        withFactor(port, port.loginByRecoveryKey(username, challenge, signature), factor);
    if (!proven.userId().equals(challenge.userId())) {
      throw otherUser(challenge, proven);
    }
    return new LoginSession(
        proven,
        new KnownKek(Kek.fromRecoveryKey(key, proven.userId())),
        statement.sessionId(),
        statement.sessionBinding());
  }

  private static LoginSession byWallet(
      LoginPort port, String username, WalletSigner signer, FactorPrompt factor) {
    String serverName = port.server().serverName();
    signer.address();
    Challenge challenge = port.challenge(username);
    SignedLogin login = signer.signLogin(challenge.request(serverName));
    SecretProven proven;
    try {
      proven = withFactor(port, port.loginByWallet(username, login), factor);
    } catch (CairnException e) {
      signer.failed(e.getMessage());
      throw e;
    }
    if (!proven.userId().equals(challenge.userId())) {
      throw otherUser(challenge, proven);
    }
    return new LoginSession(
        proven,
        new WalletKek(signer, serverName, proven.userId()),
        challenge.sessionId(),
        login.binding());
  }

  private static IntegrityException otherUser(Challenge challenge, SecretProven proven) {
    return new IntegrityException(
        "The service calls the account "
            + challenge.userId()
            + " first and "
            + proven.userId()
            + " then: it is refused");
  }

  private static SecretProven withFactor(LoginPort port, SecretProven proven, FactorPrompt factor) {
    if (proven.factors().isEmpty()) {
      return proven;
    }
    try {
      SecretProven both = port.proveFactor(proven.token(), factor.code(proven.factors()));
      if (!both.factors().isEmpty() || !both.userId().equals(proven.userId())) {
        throw new IntegrityException("The service does not say what it still wants: it is refused");
      }
      return both;
    } catch (TokenInvalidException e) {
      throw new UnavailableException(
          "The login was over before its second factor was proven. Nothing was changed; log in again",
          e);
    }
  }

  private static LoginSession byPassword(
      LoginPort port,
      String username,
      SecretBytes password,
      FactorPrompt factor,
      KsfPolicy policy,
      SecureRandom random) {
    ServerDescription server = port.server();
    if (!server.suite().equals(OpaqueSuite.NAME)) {
      throw new IntegrityException(
          "The service offers the login "
              + server.suite()
              + ", which this program does not know: update it");
    }
    try (PasswordInput input = PasswordInput.of(server.serverName(), username, password);
        LoginAttempt attempt = new OpaqueClient(server.ksf(), policy, random).generateKE1(input)) {
      LoginOffer offer = port.startLogin(username, attempt.ke1().toBytes());
      try (LoginResult result = attempt.generateKE3(KE2.parse(offer.ke2()))) {
        SecretProven proven =
            withFactor(port, port.finishLogin(offer.sessionId(), result.ke3().toBytes()), factor);
        return new LoginSession(
            proven,
            new KnownKek(Kek.fromOpaqueExportKey(result.exportKey(), proven.userId())),
            offer.sessionId(),
            PossessionStatement.sessionBinding(result.sessionKey()));
      } catch (OpaqueException.EnvelopeRecovery e) {
        throw new WrongSecretException(
            "The username or the password is wrong. Nothing was changed; the attempt was counted, "
                + offer.attemptsLeft()
                + " are left before the account answers later and later",
            e);
      }
    } catch (UnusablePasswordException e) {
      throw new WrongSecretException(
          "The password is none that could have been set: " + e.getMessage() + ". Nothing was sent",
          e);
    } catch (OpaqueException.UnacceptableParameters e) {
      throw new IntegrityException(sentence(e), e);
    } catch (OpaqueException e) {
      throw new IntegrityException(
          "The service's part of the login does not hold: "
              + e.getMessage()
              + ". Nothing was recovered; check service.url and server.name",
          e);
    }
  }

  private static String sentence(Exception e) {
    String text = String.valueOf(e.getMessage());
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  UserId userId() {
    return userId;
  }

  AccessToken token() {
    return token;
  }

  /** Of the account whose secret was proven. */
  long accountVersion() {
    return accountVersion;
  }

  /**
   * What opens the bundle; lives as long as this.
   *
   * @param parameters of the wrap that it opens; a wallet signs them
   */
  Kek kek(Bytes parameters) {
    return source.kek(parameters);
  }

  PossessionSigner signer(KeyRing ring) {
    return new PossessionSigner(
        userId, ring.keyVersion(), ring.author(), sessionId, sessionBinding);
  }

  @Override
  public void close() {
    source.close();
  }
}
