package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.crypto.opaque.OpaqueClient;
import dev.cairn.crypto.opaque.OpaqueException;
import dev.cairn.crypto.opaque.PasswordInput;
import dev.cairn.crypto.opaque.PasswordStrength;
import dev.cairn.crypto.opaque.RegistrationAttempt;
import dev.cairn.crypto.opaque.RegistrationResponse;
import dev.cairn.crypto.opaque.RegistrationResult;
import dev.cairn.crypto.opaque.UnusablePasswordException;
import dev.cairn.crypto.opaque.WeakPasswordException;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.service.CredentialsPort;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.service.ServerDescription;
import dev.cairn.keyserver.service.ServiceClient;
import dev.cairn.keyserver.service.TokenInvalidException;
import dev.cairn.keyserver.wallet.EnrolledWallet;
import dev.cairn.keyserver.wallet.SignedLogin;
import dev.cairn.keyserver.wallet.WalletKeys;
import dev.cairn.keyserver.wallet.WalletSigner;
import dev.cairn.schemas.http.CredentialsReplace;
import dev.cairn.schemas.http.KsfInfo;
import dev.cairn.schemas.http.PasswordRecord;
import dev.cairn.schemas.http.WalletProof;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Changes what opens an account. Each change is one step at the provider: whatever happens on the
 * way, either the old or the new is in force, and every session of before is over afterwards. A
 * keyserver that runs needs no secret and goes on.
 *
 * <p>Each needs the current secret, the second factor where one is enrolled, and the backup key out
 * of the bundle.
 */
public final class SecretChange {
  private final AccountPorts ports;
  private final String username;
  private final KsfPolicy policy;
  private final SecureRandom random = new SecureRandom();

  SecretChange(AccountPorts ports, String username, KsfPolicy policy) {
    this.ports = ports;
    this.username = username;
    this.policy = policy;
  }

  /**
   * Over HTTP.
   *
   * @param client stays the caller's to close
   */
  public static SecretChange of(ServiceClient client, String username) {
    return new SecretChange(AccountPorts.of(client), username, KsfPolicy.STANDARD);
  }

  /** One change of its own. */
  @FunctionalInterface
  public interface Change {
    void with(SecretChange change);
  }

  /** Over HTTP, for one change. */
  public static void at(OwnerConfig config, String username, Change change) {
    try (ServiceClient client = new ServiceClient(config)) {
      change.with(of(client, username));
    }
  }

  /**
   * Puts another password in force.
   *
   * @param proof of the current secret; stays the caller's to close
   * @param password the next one; stays the caller's to close
   * @throws dev.cairn.keyserver.error.WrongSecretException if the proof is not right
   * @throws MalformedInputException if the password is weak, or something must be said about the
   *     recovery key
   */
  public void password(Proof proof, SecretBytes password, RecoveryKeyChoice recoveryKey) {
    ServerDescription server = ports.recovery().server();
    KsfParameters ksf = server.ksf();
    try {
      PasswordStrength.check(server.serverName(), username, password);
      try (PasswordInput input = PasswordInput.of(server.serverName(), username, password);
          BundleChange bundle = BundleChange.open(ports, username, proof, recoveryKey, policy);
          RegistrationAttempt attempt =
              new OpaqueClient(ksf, policy, random).createRegistrationRequest(input)) {
        CredentialsPort.Offer offer = start(bundle, Optional.of(attempt.request().toBytes()));
        if (offer.accountVersion() != bundle.session().accountVersion()) {
          throw new UnavailableException(
              "The account was changed meanwhile. Nothing was changed by this; run it again");
        }
        try (RegistrationResult result =
                attempt.finalizeRegistrationRequest(
                    RegistrationResponse.parse(offer.response().orElseThrow()));
            Kek kek =
                Kek.fromOpaqueExportKey(result.exportKey(), bundle.access().keys().userId())) {
          bundle.replacePassword(
              new BundleChange.Wrapping(kek, WrapParameters.ofPassword(ksf)),
              new PasswordRecord(
                  result.record().toBytes().base64Url(),
                  new KsfInfo(ksf.memoryKiB(), ksf.iterations(), ksf.parallelism())));
        }
      }
    } catch (WeakPasswordException | UnusablePasswordException e) {
      throw new MalformedInputException("The new password is refused: " + e.getMessage(), e);
    } catch (OpaqueException.UnacceptableParameters e) {
      throw new IntegrityException("The service is refused: " + e.getMessage(), e);
    } catch (OpaqueException e) {
      throw new IntegrityException(
          "The service's part of the change does not hold: "
              + e.getMessage()
              + ". Nothing was changed; check service.url and server.name",
          e);
    }
  }

  /**
   * Puts a wallet in force, in place of the password or of another wallet.
   *
   * @param proof of the current secret; stays the caller's to close
   * @param wallet signs a challenge, and twice for its key; stays the caller's to close
   * @throws dev.cairn.keyserver.error.WrongSecretException if the proof is not right
   * @throws MalformedInputException if the wallet cannot be used, or something must be said about
   *     the recovery key
   */
  public void wallet(Proof proof, WalletSigner wallet, RecoveryKeyChoice recoveryKey) {
    String serverName = ports.recovery().server().serverName();
    try (BundleChange bundle = BundleChange.open(ports, username, proof, recoveryKey, policy)) {
      wallet.address();
      CredentialsPort.Offer offer = start(bundle, Optional.empty());
      if (offer.accountVersion() != bundle.session().accountVersion()) {
        throw new UnavailableException(
            "The account was changed meanwhile. Nothing was changed by this; run it again");
      }
      SignedLogin login = wallet.signLogin(offer.challenge().request(serverName));
      try (EnrolledWallet enrolled =
          WalletKeys.enrol(wallet, serverName, bundle.access().keys().userId(), random)) {
        bundle.replaceByWallet(
            new BundleChange.Wrapping(enrolled.kek(), enrolled.parameters()),
            new WalletProof(login.form().code(), login.message(), login.signature().hex()));
      }
      wallet.succeeded();
    } catch (CairnException e) {
      wallet.failed(e.getMessage());
      throw e;
    }
  }

  private CredentialsPort.Offer start(BundleChange bundle, Optional<Bytes> request) {
    Access.SignedCall<CredentialsPort.Offer, TokenInvalidException> start =
        (token, signer) -> ports.credentials().startChange(token, signer, request);
    try {
      return bundle.access().call(start);
    } catch (TokenInvalidException e) {
      throw new UnavailableException(
          "The recovery service does not accept the login that it has just given", e);
    }
  }

  /**
   * Puts another choice about the recovery key in force.
   *
   * @param proof by password or wallet; stays the caller's to close
   */
  public void recoveryKey(Proof proof, RecoveryKeyChoice choice) {
    try (BundleChange bundle = BundleChange.open(ports, username, proof, choice, policy)) {
      bundle.replaceRecoveryKey();
    }
  }

  /**
   * Changes the second factor. The bundle stays as it is.
   *
   * @param proof of the current secret and factor; stays the caller's to close
   */
  public void factor(Proof proof, NewFactor factor) {
    try (Access access = Access.open(ports.recovery(), username, proof, policy, random)) {
      CredentialsReplace change = request(access.session().accountVersion(), factor);
      Access.SignedCall<Boolean, TokenInvalidException> call =
          (token, signer) -> {
            ports.credentials().change(token, signer, change);
            return true;
          };
      access.call(call);
    } catch (TokenInvalidException e) {
      throw new UnavailableException(
          "The recovery service does not accept the login that it has just given", e);
    }
  }

  private static CredentialsReplace request(long accountVersion, NewFactor factor) {
    return switch (factor) {
      case NewFactor.None none ->
          request(accountVersion, CredentialsReplace.NONE, Optional.empty(), List.of());
      case NewFactor.Codes codes ->
          request(accountVersion, CredentialsReplace.CODES, Optional.empty(), codes.codes());
      case NewFactor.Totp totp -> {
        String code = totp.shown().code();
        byte[] secret = totp.secret().copyMaterial();
        try {
          yield request(
              accountVersion,
              CredentialsReplace.NEW,
              Optional.of(
                  new dev.cairn.schemas.http.NewFactor(
                      Bytes.copyOf(secret).base64Url(), code, totp.codes())),
              List.of());
        } finally {
          Arrays.fill(secret, (byte) 0);
        }
      }
    };
  }

  private static CredentialsReplace request(
      long accountVersion,
      String factor,
      Optional<dev.cairn.schemas.http.NewFactor> enrolled,
      List<String> codes) {
    return new CredentialsReplace(
        accountVersion,
        CredentialsReplace.KEEP,
        Optional.empty(),
        Optional.empty(),
        CredentialsReplace.KEEP,
        Optional.empty(),
        factor,
        enrolled,
        codes,
        Optional.empty());
  }
}
