package dev.cairn.keyserver;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.bundle.Floor;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.keyserver.engine.Engine;
import dev.cairn.keyserver.engine.KeyRings;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.home.Home;
import dev.cairn.keyserver.rebase.RebaseListener;
import dev.cairn.keyserver.rebase.RebaseStep;
import dev.cairn.keyserver.recover.BundleChange;
import dev.cairn.keyserver.recover.Proof;
import dev.cairn.keyserver.recover.RecoveryKeyChoice;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a rotation does before and after its base: the keys in home and bundle.
 *
 * <table>
 * <caption>Which keys are where</caption>
 * <tr><th>when</th><th>home</th><th>bundle</th><th>account</th></tr>
 * <tr><td>before</td><td>old</td><td>old</td><td>old</td></tr>
 * <tr><td>while the state is sealed anew</td><td>both</td><td>both</td><td>old</td></tr>
 * <tr><td>the base is published</td><td>both</td><td>both</td><td>new</td></tr>
 * <tr><td>its opening is backed up</td><td>both, then new</td><td>new</td><td>new</td></tr>
 * </table>
 *
 * <p>The next key is on this disk before it is in the bundle, and in the bundle before anything is
 * sealed under it alone: at no moment depends anything on a key that the secret does not open.
 */
final class Rotation {
  private final Home home;
  private final KeyRings keys;
  private final Engine engine;
  private final Provider provider;
  private final Proof proof;
  private final RebaseListener listener;

  /** A new one is put in force once, and is the one to keep from then on. */
  private RecoveryKeyChoice recoveryKey;

  Rotation(
      Home home,
      KeyRings keys,
      Engine engine,
      Provider provider,
      Proof proof,
      RecoveryKeyChoice recoveryKey,
      RebaseListener listener) {
    this.home = home;
    this.keys = keys;
    this.engine = engine;
    this.provider = provider;
    this.proof = proof;
    this.recoveryKey = recoveryKey;
    this.listener = listener;
  }

  /** Whether an earlier one has gone over, and keys from before are still here. */
  boolean isUnfinished() {
    return home.keyVersions().first() < engine.position().keyVersion();
  }

  /** Makes the next key, and adds it to the bundle; returns its version. */
  int begin() {
    int inForce = engine.position().keyVersion();
    int next = inForce + 1;
    if (!home.keyVersions().contains(next)) {
      try (BackupKey key = BackupKey.generate(new SecureRandom())) {
        home.writeBackupKey(next, key);
      }
    }
    try (BackupKey key = home.readBackupKey(next)) {
      keys.add(key.deriveKeys(home.identity().userId(), next));
    }
    listener.reached(RebaseStep.KEY_WRITTEN);
    try (BundleChange bundle = open()) {
      if (!holds(bundle, inForce)) {
        throw new IntegrityException(
            "The recovery bundle does not hold the backup key of this home: another keyserver has"
                + " rotated it, or the bundle is not the account's. Nothing was changed; recover"
                + " into a new home");
      }
      if (!holds(bundle, next)) {
        replace(bundle, List.of(inForce, next));
      }
    }
    listener.reached(RebaseStep.BUNDLE_HOLDS_BOTH);
    return next;
  }

  /** Takes the keys from before out of the bundle, and then out of the home. */
  void finish() throws InterruptedException {
    int inForce = engine.position().keyVersion();
    try (BundleChange bundle = open()) {
      if (!holds(bundle, inForce)) {
        throw new IntegrityException(
            "The recovery bundle does not hold the backup key of this home: another keyserver has"
                + " rotated it. Nothing was changed");
      }
      // Also where an earlier run has come that far already: what is said now still counts.
      boolean decided =
          recoveryKey instanceof RecoveryKeyChoice.Fresh
              || recoveryKey instanceof RecoveryKeyChoice.Dropped;
      if (decided || bundle.ring(inForce - 1).isPresent() || bundle.ring(inForce + 1).isPresent()) {
        replace(bundle, List.of(inForce));
      }
    }
    listener.reached(RebaseStep.BUNDLE_HOLDS_NEW);
    // A loss of power must not bring a store back that only the key before could read on from.
    if (engine.checkpointStore()) {
      for (int version : home.keyVersions()) {
        if (version < inForce) {
          home.removeBackupKey(version);
        }
      }
    }
    listener.reached(RebaseStep.OLD_KEY_REMOVED);
  }

  private void replace(BundleChange bundle, List<Integer> versions) {
    bundle.replace(copies(versions), floor(bundle));
    recoveryKey = recoveryKey.afterwards();
  }

  private BundleChange open() {
    return BundleChange.open(provider.account(), home.identity().username(), proof, recoveryKey);
  }

  /** Whether the bundle's key of a version is this home's. */
  private boolean holds(BundleChange bundle, int version) {
    Optional<KeyRing> there = bundle.ring(version);
    return there.isPresent()
        && there.get().author().publicKey().equals(keys.of(version).author().publicKey());
  }

  private List<VersionedKey> copies(List<Integer> versions) {
    List<VersionedKey> copies = new ArrayList<>();
    for (int version : versions) {
      copies.add(new VersionedKey(version, home.readBackupKey(version)));
    }
    return copies;
  }

  /** The later of what the bundle knows of the log, and what is backed up. */
  private Optional<Floor> floor(BundleChange bundle) {
    Optional<Floor> known = bundle.floor();
    Optional<Checkpoint> backedUp = engine.backedUp();
    if (backedUp.isEmpty()) {
      return known;
    }
    Checkpoint now = backedUp.get();
    boolean later =
        known.isEmpty()
            || new Checkpoint(
                    known.get().keyVersion(),
                    known.get().epoch(),
                    known.get().index(),
                    known.get().head())
                .isBefore(now);
    return later
        ? Optional.of(new Floor(now.keyVersion(), now.epoch(), now.index(), now.head()))
        : known;
  }
}
