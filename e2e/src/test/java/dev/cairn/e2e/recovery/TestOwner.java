package dev.cairn.e2e.recovery;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.bundle.KeyWraps;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.crypto.opaque.KE2;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.crypto.opaque.LoginAttempt;
import dev.cairn.crypto.opaque.LoginResult;
import dev.cairn.crypto.opaque.OpaqueClient;
import dev.cairn.crypto.opaque.PasswordInput;
import dev.cairn.crypto.opaque.RegistrationAttempt;
import dev.cairn.crypto.opaque.RegistrationResponse;
import dev.cairn.crypto.opaque.RegistrationResult;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.keyserver.service.AccessToken;
import dev.cairn.keyserver.service.LoginOffer;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.PossessionSigner;
import dev.cairn.keyserver.service.RegistrationOffer;
import dev.cairn.keyserver.service.SecretProven;
import dev.cairn.keyserver.service.ServiceClient;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** An owner who talks to the service step by step, with the real client's transport. */
record TestOwner(String username, OwnerSigner signer) {
  static final String SERVER_NAME = "cairn.local";
  static final String PASSWORD = "correct horse battery staple walnut";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** What a login leaves in a client's hands. */
  record Session(AccessToken secret, PossessionSigner signer) {}

  static TestOwner register(ServiceClient service, String username) throws Exception {
    try (PasswordInput input = input(username, PASSWORD);
        RegistrationAttempt attempt = opaque().createRegistrationRequest(input)) {
      RegistrationOffer offer =
          service.registration().startRegistration(username, attempt.request().toBytes());
      BackupKey key = BackupKey.generate(RANDOM);
      KeyRing ring = key.deriveKeys(offer.userId(), 1);
      OwnerSigner signer = new OwnerSigner(offer.userId(), 1, ring.author());
      try (RegistrationResult result =
              attempt.finalizeRegistrationRequest(RegistrationResponse.parse(offer.response()));
          Kek kek = Kek.fromOpaqueExportKey(result.exportKey(), offer.userId());
          BundleContent content =
              new BundleContent(
                  username, offer.userId(), List.of(new VersionedKey(1, key)), Optional.empty())) {
        Bytes bundle =
            BundleCodec.withBuiltInSchemas()
                .encode(
                    new StoredBundle(
                        offer.userId(),
                        1,
                        List.of(KeyWraps.wrap(kek, 1, Bytes.utf8("test"), content))));
        service
            .registration()
            .finishRegistration(
                offer,
                signer,
                result.record().toBytes(),
                bundle,
                KsfParameters.DEFAULT,
                Optional.empty());
      }
      return new TestOwner(username, signer);
    }
  }

  /** Starts at one instance and finishes at another, or the same. */
  Session login(ServiceClient here, ServiceClient there) throws Exception {
    try (PasswordInput input = input(username, PASSWORD);
        LoginAttempt attempt = opaque().generateKE1(input)) {
      LoginOffer offer = here.recovery().startLogin(username, attempt.ke1().toBytes());
      try (LoginResult result = attempt.generateKE3(KE2.parse(offer.ke2()))) {
        SecretProven proven =
            there.recovery().finishLogin(offer.sessionId(), result.ke3().toBytes());
        return new Session(
            proven.token(),
            new PossessionSigner(
                signer.userId(),
                1,
                signer.author(),
                offer.sessionId(),
                PossessionStatement.sessionBinding(result.sessionKey())));
      }
    }
  }

  /** A guess that is never finished. */
  static void guess(ServiceClient service, String username) throws Exception {
    started(service, username);
  }

  /** A guess; returns the session's id. */
  static Bytes started(ServiceClient service, String username) throws Exception {
    try (PasswordInput input = input(username, "not the password at all");
        LoginAttempt attempt = opaque().generateKE1(input)) {
      return service.recovery().startLogin(username, attempt.ke1().toBytes()).sessionId();
    }
  }

  private static PasswordInput input(String username, String password) throws Exception {
    return PasswordInput.of(SERVER_NAME, username, password.toCharArray());
  }

  private static OpaqueClient opaque() throws Exception {
    return new OpaqueClient(KsfParameters.DEFAULT, KsfPolicy.STANDARD, RANDOM);
  }
}
