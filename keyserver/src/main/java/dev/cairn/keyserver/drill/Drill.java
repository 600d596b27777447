package dev.cairn.keyserver.drill;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.home.DurableFiles;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.home.HomeView;
import dev.cairn.keyserver.recover.ProgressListener;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.recover.RecoveryReport;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.ServiceClient;
import dev.cairn.keyserver.state.StatePeek;
import dev.cairn.keyserver.state.StatePoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A recovery that changes nothing: into a scratch place, verified to the last byte, compared with
 * what this keyserver holds, and removed again. The keyserver may run meanwhile. The result stays
 * in {@link DrillFile}.
 */
public final class Drill {
  private final HomeView home;
  private final Path scratchParent;
  private final Clock clock = Clock.systemUTC();

  /**
   * A drill of a home.
   *
   * @param scratch directory in which the scratch place is made; it holds the plaintext for as long
   *     as the drill runs
   */
  public Drill(Path home, Path scratch) {
    this.home = HomeView.of(home);
    this.scratchParent = scratch;
  }

  /**
   * Runs it and writes the result down.
   *
   * @param password stays the caller's to close; absent: by this keyserver's own signature
   * @throws MalformedInputException if the home is none, or the scratch place cannot be used; then
   *     nothing is written down
   */
  public DrillResult run(Optional<SecretBytes> password, ProgressListener listener) {
    HomeIdentity identity = home.identity();
    DrillMeans means = password.isPresent() ? DrillMeans.PASSWORD : DrillMeans.SIGNATURE;
    Instant begun = clock.instant();
    Path scratch = makeScratch();
    DrillResult result;
    try {
      OwnState own = new OwnState(home);
      OptionalLong backedUp = own.backedUp();
      RecoveryReport report = recover(identity, scratch.resolve("home"), password, listener);
      StatePoint recovered =
          StatePeek.point(scratch.resolve("home").resolve("store.db"), identity.userId());
      Optional<DrillResult.Failure> failure =
          judge(own, backedUp, recovered)
              .map(reason -> new DrillResult.Failure(IntegrityException.EXIT_CODE, reason));
      result = result(means, begun, Optional.of(recovered(report)), failure);
    } catch (CairnException e) {
      result =
          result(
              means,
              begun,
              Optional.empty(),
              Optional.of(new DrillResult.Failure(e.exitCode(), String.valueOf(e.getMessage()))));
    } finally {
      remove(scratch);
    }
    DrillFile.write(home.directory(), result);
    return result;
  }

  private static Optional<String> judge(OwnState own, OptionalLong backedUp, StatePoint recovered) {
    if (backedUp.isPresent() && recovered.index() < backedUp.getAsLong()) {
      return Optional.of(
          "the backup ends at record "
              + recovered.index()
              + ", and record "
              + backedUp.getAsLong()
              + " had been acknowledged: the provider has lost what it had confirmed");
    }
    return own.difference(recovered);
  }

  private RecoveryReport recover(
      HomeIdentity identity,
      Path target,
      Optional<SecretBytes> password,
      ProgressListener listener) {
    OwnerConfig config =
        new OwnerConfig(
            identity.serviceUrl(), identity.serverName(), identity.certificateAuthority());
    RecoverOptions options =
        RecoverOptions.of(target, config, identity.username()).withReadOnly(true);
    if (password.isPresent()) {
      return Recovery.recover(options, password.get(), listener);
    }
    try (ServiceClient client = new ServiceClient(config);
        BackupKey key = home.readBackupKey(identity.keyVersion());
        KeyRing keys = key.deriveKeys(identity.userId(), identity.keyVersion())) {
      BundleContent content =
          new BundleContent(
              identity.username(),
              identity.userId(),
              List.of(
                  new VersionedKey(
                      identity.keyVersion(), home.readBackupKey(identity.keyVersion()))),
              Optional.empty());
      return Recovery.recoverAsOwner(
          options,
          client,
          new OwnerSigner(identity.userId(), identity.keyVersion(), keys.author()),
          content,
          listener);
    }
  }

  private DrillResult result(
      DrillMeans means,
      Instant begun,
      Optional<DrillResult.Recovered> recovered,
      Optional<DrillResult.Failure> failure) {
    Instant now = clock.instant();
    return new DrillResult(now, means, Duration.between(begun, now), recovered, failure);
  }

  private static DrillResult.Recovered recovered(RecoveryReport report) {
    return new DrillResult.Recovered(
        report.end().toString(),
        report.end().index(),
        report.sequence(),
        report.objects(),
        report.snapshotBytes(),
        report.tailRecords());
  }

  private Path makeScratch() {
    Path scratch = scratchParent.toAbsolutePath().normalize().resolve("drill-" + UUID.randomUUID());
    try {
      if (!Files.isDirectory(scratchParent)) {
        throw new MalformedInputException(
            scratchParent
                + " is no directory: the drill needs one for its scratch. Nothing was"
                + " done");
      }
      DurableFiles.createPrivateDirectory(scratch);
      return scratch;
    } catch (IOException e) {
      throw new UncheckedIOException("No scratch place can be made at " + scratch, e);
    }
  }

  private static void remove(Path scratch) {
    try {
      DurableFiles.removeTree(scratch);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The scratch place " + scratch + " cannot be removed: it holds plaintext, remove it", e);
    }
  }
}
