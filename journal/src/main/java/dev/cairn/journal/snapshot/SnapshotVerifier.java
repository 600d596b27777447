package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.AnchorBrokenException;
import dev.cairn.journal.judge.SnapshotAnchor;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.Header;
import java.io.IOException;
import java.io.InputStream;
import java.util.BitSet;
import java.util.Collection;
import java.util.Optional;

/**
 * Says whether a snapshot is exactly the state that its owner signed. Needs no key.
 *
 * <table>
 * <caption>What is checked, and when</caption>
 * <tr><th>step</th><th>checked</th></tr>
 * <tr><td>{@link ManifestCodec#decode}</td><td>one encoding, bounds, names, order of segments</td></tr>
 * <tr><td>{@link #of}</td><td>user, key version, signatures under the key that the EpochOpened names, accumulator and
 * number of entries against the signed digest and count</td></tr>
 * <tr><td>each segment, to its end</td><td>size, SHA-256, marker, strictly ascending tags, first and last tag, number of
 * entries</td></tr>
 * <tr><td>each index, with its segment</td><td>the same, and each entry's tag, numbers, element and place</td></tr>
 * <tr><td>{@link #conclude}</td><td>the recomputed elements of all segments fold to the accumulator</td></tr>
 * </table>
 *
 * <p>Not checked: whether the record is on the accepted chain of the log (the judge knows), and
 * whether there is a newer snapshot. Thread-safe.
 */
public final class SnapshotVerifier {
  private final Manifest manifest;
  private final Header vouching;
  private final Optional<SnapshotAnchor> anchor;

  private SnapshotVerifier(Manifest manifest, Header vouching, Optional<SnapshotAnchor> anchor)
      throws SnapshotBrokenException {
    this.manifest = manifest;
    this.vouching = vouching;
    this.anchor = anchor;
    if (!manifest.stateDigest().equals(vouching.stateDigest())) {
      throw broken("its accumulator does not have the state digest that the owner signed");
    }
    if (manifest.entries() != vouching.objectCount()) {
      throw broken(
          "it has "
              + manifest.entries()
              + " entries, and the owner signed "
              + vouching.objectCount());
    }
  }

  /**
   * For the state after a record of the log.
   *
   * @param trusted author keys that the caller knows; none: the manifest's EpochOpened is believed,
   *     to be compared with the log's
   */
  public static SnapshotVerifier of(Manifest manifest, UserId userId, TrustedKeys trusted)
      throws SnapshotBrokenException {
    if (!(manifest.origin() instanceof Manifest.AtRecord at)) {
      throw broken("it is a base, which only the EpochOpened that names it makes valid");
    }
    try {
      SnapshotAnchor anchor = SnapshotAnchor.of(userId, at.last(), at.epochOpened(), trusted);
      return new SnapshotVerifier(manifest, at.last().header(), Optional.of(anchor));
    } catch (AnchorBrokenException e) {
      throw new SnapshotBrokenException(
          SnapshotFormat.MANIFEST_NAME, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * For a base that the owner uploaded.
   *
   * @param manifestSha256 SHA-256 of the exact bytes that the manifest was read from
   * @param accepted the opening of an epoch, on the accepted chain, that names the base
   */
  public static SnapshotVerifier ofBase(
      Manifest manifest, Bytes manifestSha256, EpochOpened accepted)
      throws SnapshotBrokenException {
    if (!(manifest.origin() instanceof Manifest.Base)) {
      throw broken("it is the snapshot of a record, and a base was expected");
    }
    if (!accepted.base().equals(Optional.of(manifestSha256))) {
      throw broken("its SHA-256 is not the one that the EpochOpened names");
    }
    if (!accepted.userId().equals(manifest.userId())
        || accepted.keyVersion() != manifest.keyVersion()) {
      throw broken("it is of another user or key version than the EpochOpened");
    }
    return new SnapshotVerifier(manifest, accepted.header(), Optional.empty());
  }

  public Manifest manifest() {
    return manifest;
  }

  /** The header whose digest and count vouch for the state. */
  public Header vouching() {
    return vouching;
  }

  /** Where a reader with this snapshot goes on in the log; absent for a base. */
  public Optional<SnapshotAnchor> anchor() {
    return anchor;
  }

  /** Reads a segment; closes the stream with the reader. */
  public SegmentReader readSegment(int number, InputStream in) {
    return new SegmentReader(manifest, number, in);
  }

  /** Reads an index; closes the stream with the reader. */
  public IndexReader readIndex(int number, InputStream in) {
    return new IndexReader(manifest, number, in);
  }

  /**
   * Reads a segment and its index side by side, to their ends, and compares every entry. Where they
   * disagree, the one that is not what the manifest describes is named, if it is one.
   */
  public SegmentProof verifyPair(int number, SnapshotSource source)
      throws IOException, SnapshotBrokenException {
    SnapshotFile indexFile = manifest.indexes().get(number);
    try (SegmentReader segment = readSegment(number, source.open(manifest.segments().get(number)));
        IndexReader index = readIndex(number, source.open(indexFile))) {
      Optional<SnapshotBrokenException> disagreement = Optional.empty();
      for (Optional<LiveEntry> live = segment.next(); live.isPresent(); live = segment.next()) {
        Optional<IndexedEntry> indexed = index.next();
        if (disagreement.isEmpty() && !fits(indexed, live.get(), segment.sealedOffset())) {
          disagreement =
              Optional.of(
                  new SnapshotBrokenException(
                      indexFile.name(),
                      "it does not fit its segment at tag " + live.get().tag().hex()));
        }
      }
      index.finish();
      if (disagreement.isPresent()) {
        throw disagreement.get();
      }
      return segment.finish();
    }
  }

  private static boolean fits(Optional<IndexedEntry> indexed, LiveEntry live, long sealedOffset) {
    SnapshotEntry entry = live.entry();
    return indexed.isPresent()
        && indexed.get().tag().equals(entry.tag())
        && indexed.get().epoch() == entry.epoch()
        && indexed.get().sequence() == entry.sequence()
        && indexed.get().element().equals(live.element())
        && indexed.get().offset() == sealedOffset
        && indexed.get().length() == entry.sealed().size();
  }

  /** Everything: all segments and indexes one after the other, and {@link #conclude}. */
  public void verifyAll(SnapshotSource source) throws IOException, SnapshotBrokenException {
    StateAccumulator sum = new StateAccumulator();
    for (int i = 0; i < manifest.segments().size(); i++) {
      verifyPair(i, source).addTo(sum);
    }
    compare(sum);
  }

  /**
   * Compares what all segments came to, in any order, with what the owner signed.
   *
   * @throws IllegalArgumentException if the proof of a segment is missing or there twice
   */
  public void conclude(Collection<SegmentProof> proofs) throws SnapshotBrokenException {
    BitSet seen = new BitSet();
    StateAccumulator sum = new StateAccumulator();
    for (SegmentProof proof : proofs) {
      if (seen.get(proof.number())) {
        throw new IllegalArgumentException("segment " + proof.number() + " is there twice");
      }
      seen.set(proof.number());
      proof.addTo(sum);
    }
    if (seen.cardinality() != manifest.segments().size()
        || seen.length() != manifest.segments().size()) {
      throw new IllegalArgumentException(
          proofs.size() + " proofs do not cover " + manifest.segments().size() + " segments");
    }
    compare(sum);
  }

  private void compare(StateAccumulator sum) throws SnapshotBrokenException {
    if (!sum.toBytes().equals(manifest.accumulator())) {
      throw broken("its entries do not fold to the state digest that the owner signed");
    }
  }

  private static SnapshotBrokenException broken(String what) {
    return new SnapshotBrokenException(SnapshotFormat.MANIFEST_NAME, what);
  }
}
