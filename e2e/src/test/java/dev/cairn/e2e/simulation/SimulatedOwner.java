package dev.cairn.e2e.simulation;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.bundle.KeyWraps;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.crypto.opaque.OpaqueClient;
import dev.cairn.crypto.opaque.OpaqueServer;
import dev.cairn.crypto.opaque.PasswordInput;
import dev.cairn.crypto.opaque.RegistrationAttempt;
import dev.cairn.crypto.opaque.RegistrationRecord;
import dev.cairn.crypto.opaque.RegistrationResponse;
import dev.cairn.crypto.opaque.RegistrationResult;
import dev.cairn.crypto.opaque.ServerSetup;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.service.OwnerConfig;
import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** The one owner of every simulated world, registered once: that costs more than a world does. */
final class SimulatedOwner {
  static final String SERVER = "cairn.test";
  static final String USERNAME = "ada";
  static final UserId USER = new UserId("abcdefghijklmnopqrstuvwxyz");
  static final OwnerConfig CONFIG =
      new OwnerConfig(URI.create("http://127.0.0.1:1"), SERVER, Optional.empty());
  static final KsfParameters KSF = new KsfParameters(8, 1, 1);
  static final KsfPolicy POLICY = KsfPolicy.withFloorForTests(KSF);
  static final Bytes CREDENTIAL = Bytes.utf8("the one account");
  static final SecureRandom RANDOM = new SecureRandom();
  static final OpaqueServer OPAQUE = new OpaqueServer(ServerSetup.generate(RANDOM), SERVER, RANDOM);

  /** Never closed. */
  static final KeyRing KEYS = keys();

  static final RegistrationRecord RECORD;
  static final Bytes BUNDLE;

  private static final String PASSWORD = "correct horse battery staple walnut";

  static {
    try (PasswordInput input = PasswordInput.of(SERVER, USERNAME, PASSWORD.toCharArray());
        RegistrationAttempt attempt =
            new OpaqueClient(KSF, POLICY, RANDOM).createRegistrationRequest(input);
        RegistrationResult result =
            attempt.finalizeRegistrationRequest(
                RegistrationResponse.parse(
                    OPAQUE.createRegistrationResponse(attempt.request(), CREDENTIAL).toBytes()));
        Kek kek = Kek.fromOpaqueExportKey(result.exportKey(), USER);
        BundleContent content =
            new BundleContent(
                USERNAME, USER, List.of(new VersionedKey(1, backupKey())), Optional.empty())) {
      RECORD = result.record();
      BUNDLE =
          BundleCodec.withBuiltInSchemas()
              .encode(
                  new StoredBundle(
                      USER, 1, List.of(KeyWraps.wrap(kek, 1, Bytes.utf8("simulated"), content))));
    } catch (Exception e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private SimulatedOwner() {}

  private static BackupKey backupKey() {
    byte[] key = new byte[BackupKey.SIZE];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (i * 7 + 3);
    }
    return BackupKey.takeOwnershipOf(key);
  }

  static KeyRing keys() {
    try (BackupKey key = backupKey()) {
      return key.deriveKeys(USER, 1);
    }
  }

  static SecretBytes password() {
    return SecretBytes.takeOwnershipOf(Bytes.utf8(PASSWORD).toByteArray());
  }

  static HomeIdentity identity(long epoch) {
    return new HomeIdentity(
        USER, USERNAME, SERVER, CONFIG.serviceUrl(), Optional.empty(), 1, epoch, false);
  }
}
