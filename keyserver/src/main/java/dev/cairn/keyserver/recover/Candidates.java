package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.judge.ChainPosition;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.journal.snapshot.SnapshotVerifier;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.service.SnapshotRef;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots that the service offers, newest first by their names, and what their manifests say.
 */
final class Candidates {
  /**
   * A snapshot whose manifest holds: user, key, signatures, digest and count. Its files are still
   * to be verified.
   */
  record Candidate(SnapshotRef ref, SnapshotVerifier verifier) {
    Manifest manifest() {
      return verifier.manifest();
    }

    ChainPosition position() {
      return verifier.anchor().orElseThrow().position();
    }
  }

  /** A provider keeps a handful; each costs a request before it is known not to hold. */
  private static final int MOST = 1_000;

  private static final Comparator<SnapshotRef> OLDEST_FIRST =
      Comparator.comparingInt(SnapshotRef::keyVersion).thenComparing(SnapshotRef::directory);

  private final Access access;

  Candidates(Access access) {
    this.access = access;
  }

  /** What there is under the keys of the bundle, newest first. */
  List<SnapshotRef> newestFirst() {
    Access.TokenCall<List<SnapshotRef>, RuntimeException> list =
        token -> access.backup().snapshots(token);
    List<SnapshotRef> listed = access.call(list);
    if (listed.size() > MOST) {
      throw new IntegrityException(
          "The service lists "
              + listed.size()
              + " snapshots, and nobody keeps so many: it does not tell the truth. Nothing was"
              + " recovered; ask the provider");
    }
    return listed.stream()
        .filter(ref -> access.keys().ring(ref.keyVersion()).isPresent())
        .distinct()
        .sorted(OLDEST_FIRST.reversed())
        .toList();
  }

  /**
   * Reads and verifies a manifest.
   *
   * @throws SnapshotBrokenException if it is not there, or does not hold
   */
  Candidate open(SnapshotRef ref) throws SnapshotBrokenException {
    String name = SnapshotFormat.MANIFEST_NAME;
    Access.TokenCall<Optional<Bytes>, RuntimeException> read =
        token -> access.backup().file(token, ref, name, SnapshotFormat.MAX_MANIFEST_BYTES);
    Manifest manifest =
        ManifestCodec.decode(
            access
                .call(read)
                .orElseThrow(
                    () -> new SnapshotBrokenException(name, "the service does not have it")));
    SnapshotVerifier verifier =
        SnapshotVerifier.of(manifest, access.keys().userId(), access.keys().trusted());
    if (manifest.keyVersion() != ref.keyVersion()
        || !SnapshotFormat.directoryOf(verifier.vouching()).equals(ref.directory())) {
      throw new SnapshotBrokenException(name, "it is of another snapshot than its directory says");
    }
    return new Candidate(ref, verifier);
  }
}
