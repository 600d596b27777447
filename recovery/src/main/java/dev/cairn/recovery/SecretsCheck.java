package dev.cairn.recovery;

import dev.cairn.crypto.Bytes;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.recovery.secrets.ServiceSecrets;
import java.io.IOException;
import java.util.Optional;

/**
 * Every instance must serve with the same secrets: under others no password would open its backup,
 * no name would be found, and each login would count as a wrong guess. The first instance leaves
 * their fingerprint in storage; every later start compares.
 */
final class SecretsCheck {
  static final String KEY = "service-secrets.fingerprint";
  private static final int LIMIT = 1024;

  private SecretsCheck() {}

  static void requireSame(ServiceSecrets secrets, ObjectStore store) throws IOException {
    Bytes own = Bytes.utf8(secrets.fingerprint().hex() + "\n");
    store.putIfAbsent(KEY, own);
    Optional<Bytes> first = store.get(KEY, LIMIT);
    if (first.filter(own::equals).isEmpty()) {
      throw new IOException(
          "the service secrets are others than those that the accounts were made with ("
              + KEY
              + " in the bucket differs). No password would open its backup under these: bring the"
              + " right ones back. Nothing was changed.");
    }
  }
}
