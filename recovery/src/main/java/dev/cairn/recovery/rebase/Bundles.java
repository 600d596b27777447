package dev.cairn.recovery.rebase;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.MalformedBundleException;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.recovery.access.CredentialChanges;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.AccountSecrets;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Outcome;
import dev.cairn.recovery.accounts.StoredVersion;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.schemas.http.BundleReplaced;
import dev.cairn.schemas.names.ObjectKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces recovery bundles, one version after the other: the object first, then the command that
 * makes it count. A crash between them leaves the one before in force. Thread-safe.
 */
public final class Bundles {
  private static final Logger LOG = LoggerFactory.getLogger(Bundles.class);

  private final ObjectStore store;
  private final Accounts accounts;
  private final AccountSecrets stored;
  private final BundleCodec codec = BundleCodec.withBuiltInSchemas();

  public Bundles(ObjectStore store, Accounts accounts) {
    this.store = store;
    this.accounts = accounts;
    this.stored = new AccountSecrets(store);
  }

  /**
   * Puts a bundle in force.
   *
   * @throws Refusal {@code conflict} unless its version is one above the one in force, or it is
   *     that one itself
   */
  public BundleReplaced replace(Account account, Bytes bundle)
      throws Refusal, AccountsUnavailableException, StoreUnavailableException {
    if (bundle.size() > BundleCodec.MAX_BYTES) {
      throw Refusal.tooLarge("a bundle has at most " + BundleCodec.MAX_BYTES + " bytes");
    }
    StoredBundle decoded;
    try {
      decoded = codec.decode(bundle);
    } catch (MalformedBundleException e) {
      throw Refusal.malformed("the bundle is not one: " + e.getMessage());
    }
    if (!decoded.userId().equals(account.userId())) {
      throw Refusal.malformed("the bundle is of another user");
    }
    StoredVersion version = new StoredVersion(decoded.bundleVersion(), Sha256.hash(bundle));
    if (!version.equals(account.bundle()) && version.version() != account.bundle().version() + 1) {
      throw Refusal.conflict("version " + account.bundle().version() + " is in force");
    }
    CredentialChanges.requireWraps(decoded, account.credentials());
    String key =
        ObjectKeys.bundle(account.userId().value(), version.version(), version.digest().hex());
    store.put(key, bundle); // the key names the digest: what is there already is the same
    Outcome outcome = accounts.submit(new Command.ReplaceBundle(account.userId(), version));
    if (!(outcome instanceof Outcome.Done)) {
      throw Refusal.conflict("another bundle was put in force meanwhile");
    }
    try {
      stored.sweep(() -> accounts.read(state -> state.byId(account.userId())), account.userId());
    } catch (StoreUnavailableException e) {
      LOG.warn(
          "bundles of {} from before are not removed yet: {}", account.userId(), e.getMessage());
    }
    return new BundleReplaced(version.version());
  }
}
