package dev.cairn.journal.judge;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.MalformedRecordException;
import dev.cairn.journal.record.RecordCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Does the expensive part of judging, which needs no order: decoding, hashing, signatures. What it
 * precomputes never changes a verdict: a judge that needs an answer which is not there computes it.
 * Thread-safe.
 */
public final class Authenticator {
  private final RecordCodec codec;
  private final SignatureCheck signatures;

  public Authenticator(RecordCodec codec) {
    this(codec, AuthorPublicKey::verifies);
  }

  Authenticator(RecordCodec codec, SignatureCheck signatures) {
    this.codec = codec;
    this.signatures = signatures;
  }

  /** Knows our own schemas by their built-in ids and tries them all for other ids. */
  public static Authenticator withBuiltInSchemas() {
    return new Authenticator(RecordCodec.withBuiltInSchemas());
  }

  SignatureCheck signatures() {
    return signatures;
  }

  /** Decodes and hashes one record; its signatures are left to the judge. */
  public Examined examine(Bytes value) {
    try {
      return Examined.readable(codec.decode(value), signatures);
    } catch (MalformedRecordException e) {
      return Examined.unreadable(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Examines a batch on the cores at hand, with its signatures. A caller that wants fewer cores
   * calls it from within a {@link java.util.concurrent.ForkJoinPool} of its own.
   *
   * @param candidates author keys that may be in force, by key version: {@link
   *     Judge#candidateKeys()}
   */
  public List<Examined> examineAll(List<Bytes> values, Map<Integer, AuthorPublicKey> candidates) {
    List<Examined> examined = values.parallelStream().map(this::examine).toList();
    Map<Integer, AuthorPublicKey> keys = new HashMap<>(candidates);
    for (Examined each : examined) {
      if (each.record().isPresent() && each.record().get() instanceof EpochOpened opened) {
        keys.putIfAbsent(opened.keyVersion(), opened.author());
      }
    }
    examined.parallelStream().forEach(each -> keys.forEach(each::prepare));
    return examined;
  }
}
