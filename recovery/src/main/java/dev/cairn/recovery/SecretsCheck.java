package dev.cairn.recovery;

import dev.cairn.crypto.Bytes;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.recovery.secrets.ServiceSecret;
import dev.cairn.recovery.secrets.ServiceSecrets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every instance must serve with the same secrets: under others no password would open its backup,
 * no name would be found, and each login would count as a wrong guess. The first instance leaves
 * their fingerprint in storage; every later start compares. A fingerprint of each tells which one
 * is wrong.
 */
public final class SecretsCheck {
  static final String KEY = "service-secrets.fingerprint";
  private static final String EACH = "service-secrets.fingerprint-";
  private static final int LIMIT = 1024;

  private SecretsCheck() {}

  /** Throws unless they are the ones; where none were ever used, these are from here on. */
  public static void requireSame(ServiceSecrets secrets, ObjectStore store) throws IOException {
    Bytes own = Bytes.utf8(secrets.fingerprint().hex() + "\n");
    store.putIfAbsent(KEY, own);
    Optional<Bytes> first = store.get(KEY, LIMIT);
    if (first.filter(own::equals).isEmpty()) {
      List<String> wrong = others(secrets, store);
      throw new IOException(
          "the service secrets are others than those that the accounts were made with ("
              + (wrong.isEmpty() ? KEY + " in the bucket differs" : String.join(", ", wrong))
              + "). No password would open its backup under these: bring the right ones back."
              + " Nothing was changed.");
    }
    for (ServiceSecret each : ServiceSecret.values()) {
      if (!each.isReplaceable()) {
        store.putIfAbsent(EACH + each.label(), fingerprint(secrets, each));
      }
    }
    // The whole's fingerprint is older than some of them.
    List<String> wrong = others(secrets, store);
    if (!wrong.isEmpty()) {
      throw new IOException(
          "the service secret "
              + String.join(", ", wrong)
              + " is another one than that which the accounts were made with: bring the right one"
              + " back, or, where another instance has made it, copy it from there. Nothing was"
              + " changed.");
    }
  }

  /**
   * Makes the key of second factors for a service that has never had one.
   *
   * @return whether it was made
   */
  public static boolean addFactorKey(Path secretsDir, ObjectStore store) throws IOException {
    if (store.get(EACH + ServiceSecret.FACTOR_KEY.label(), LIMIT).isPresent()) {
      return false;
    }
    return ServiceSecrets.addFactorKey(secretsDir);
  }

  /** Whether the bucket knows secrets that were in use. */
  public static boolean isAnyKnown(ObjectStore store) throws StoreUnavailableException {
    return store.get(KEY, LIMIT).isPresent();
  }

  /** Names of those that the accounts were not made with. */
  public static List<String> others(ServiceSecrets secrets, ObjectStore store)
      throws StoreUnavailableException {
    List<String> wrong = new ArrayList<>();
    for (ServiceSecret each : ServiceSecret.values()) {
      if (!each.isReplaceable()) {
        Optional<Bytes> first = store.get(EACH + each.label(), LIMIT);
        if (first.isPresent() && !first.get().equals(fingerprint(secrets, each))) {
          wrong.add(each.label());
        }
      }
    }
    return wrong;
  }

  private static Bytes fingerprint(ServiceSecrets secrets, ServiceSecret each) {
    return Bytes.utf8(secrets.fingerprint(each).hex() + "\n");
  }
}
