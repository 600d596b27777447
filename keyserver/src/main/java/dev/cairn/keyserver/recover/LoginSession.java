package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.Kek;
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
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.keyserver.service.AccessToken;
import dev.cairn.keyserver.service.LoginOffer;
import dev.cairn.keyserver.service.LoginPort;
import dev.cairn.keyserver.service.PossessionSigner;
import dev.cairn.keyserver.service.SecretProven;
import dev.cairn.keyserver.service.ServerDescription;
import java.security.SecureRandom;

/**
 * One login that has proven the secret: a token, the key that opens the bundle, and what binds
 * statements to it.
 */
final class LoginSession implements AutoCloseable {
  private final UserId userId;
  private final AccessToken token;
  private final Kek kek;
  private final Bytes sessionId;
  private final Bytes sessionBinding;

  private LoginSession(
      UserId userId, AccessToken token, Kek kek, Bytes sessionId, Bytes sessionBinding) {
    this.userId = userId;
    this.token = token;
    this.kek = kek;
    this.sessionId = sessionId;
    this.sessionBinding = sessionBinding;
  }

  /**
   * Logs in with the password, which never leaves this machine.
   *
   * @throws WrongSecretException if username and password do not fit
   */
  static LoginSession open(
      LoginPort port,
      String username,
      SecretBytes password,
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
        SecretProven proven = port.finishLogin(offer.sessionId(), result.ke3().toBytes());
        if (!proven.factors().isEmpty()) {
          throw new WrongSecretException(
              "The account asks for a second factor ("
                  + String.join(", ", proven.factors())
                  + "), which this version cannot give. Nothing was changed");
        }
        return new LoginSession(
            proven.userId(),
            proven.token(),
            Kek.fromOpaqueExportKey(result.exportKey(), proven.userId()),
            offer.sessionId(),
            PossessionStatement.sessionBinding(result.sessionKey()));
      }
    } catch (UnusablePasswordException e) {
      throw new WrongSecretException(
          "The password is none that could have been set: " + e.getMessage() + ". Nothing was sent",
          e);
    } catch (OpaqueException.EnvelopeRecovery e) {
      throw new WrongSecretException(
          "The username or the password is wrong. Nothing was changed; the attempt was counted", e);
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

  Kek kek() {
    return kek;
  }

  PossessionSigner signer(KeyRing ring) {
    return new PossessionSigner(
        userId, ring.keyVersion(), ring.author(), sessionId, sessionBinding);
  }

  @Override
  public void close() {
    kek.close();
  }
}
