package dev.cairn.journal.record;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.LayoutReader;
import dev.cairn.crypto.MalformedLayoutException;
import dev.cairn.crypto.UserId;
import java.util.Optional;

/**
 * What the opening of an epoch signs.
 *
 * <table>
 * <caption>Layout, in this order</caption>
 * <tr><th>bytes</th><th>field</th></tr>
 * <tr><td>{@code label(epoch)}, 4 + 13</td><td></td></tr>
 * <tr><td>26</td><td>user id</td></tr>
 * <tr><td>u32</td><td>key version from here on</td></tr>
 * <tr><td>u64</td><td>epoch from here on</td></tr>
 * <tr><td>u8</td><td>reason: 0 genesis, 1 takeover, 2 rotation, 3 rebase</td></tr>
 * <tr><td>u64</td><td>index</td></tr>
 * <tr><td>32</td><td>previous head</td></tr>
 * <tr><td>u64</td><td>transactions finished so far</td></tr>
 * <tr><td>32</td><td>author public key from here on</td></tr>
 * <tr><td>opt(32)</td><td>SHA-256 of the base manifest's file: there for rotation and rebase, and only for them</td></tr>
 * <tr><td>32, u64</td><td>state digest and live tags from here on</td></tr>
 * <tr><td>u64</td><td>timestamp in milliseconds</td></tr>
 * </table>
 *
 * @param base digest of the base manifest that replaces the state
 */
public record EpochHeader(
    UserId userId,
    int keyVersion,
    long epoch,
    EpochReason reason,
    long index,
    Bytes previousHead,
    long sequence,
    AuthorPublicKey author,
    Optional<Bytes> base,
    Bytes stateDigest,
    long objectCount,
    long timestamp)
    implements Header {
  private static final String LABEL = "epoch";

  public EpochHeader {
    RecordLimits.requireCounter(keyVersion, 1, "Key version");
    RecordLimits.requireCounter(epoch, 1, "Epoch");
    RecordLimits.requireCounter(index, 0, "Index");
    RecordLimits.requireDigest(previousHead, "Previous head");
    RecordLimits.requireCounter(sequence, 0, "Sequence");
    base.ifPresent(digest -> RecordLimits.requireDigest(digest, "Base"));
    if (base.isPresent() != reason.carriesBase()) {
      throw new IllegalArgumentException(
          reason + (reason.carriesBase() ? " needs a base manifest" : " has no base manifest"));
    }
    RecordLimits.requireDigest(stateDigest, "State digest");
    RecordLimits.requireCounter(objectCount, 0, "Object count");
    RecordLimits.requireCounter(timestamp, 0, "Timestamp");
  }

  @Override
  public long sequenceAfter() {
    return sequence;
  }

  @Override
  public int openOperations() {
    return 0;
  }

  @Override
  public int signatureCount() {
    return reason == EpochReason.ROTATION ? 2 : 1;
  }

  @Override
  public Bytes toBytes() {
    return Layout.label(LABEL)
        .userId(userId)
        .u32(keyVersion)
        .u64(epoch)
        .u8(reason.code())
        .u64(index)
        .bytes(previousHead)
        .u64(sequence)
        .bytes(author.raw())
        .opt(base)
        .bytes(stateDigest)
        .u64(objectCount)
        .u64(timestamp)
        .toBytes();
  }

  static EpochHeader read(LayoutReader reader) throws MalformedLayoutException {
    reader.label(LABEL);
    return new EpochHeader(
        reader.userId(),
        reader.u31(),
        reader.u64(),
        reason(reader.u8()),
        reader.u64(),
        reader.bytes(RecordLimits.DIGEST_BYTES),
        reader.u64(),
        new AuthorPublicKey(reader.bytes(AuthorPublicKey.SIZE)),
        reader.opt(RecordLimits.DIGEST_BYTES),
        reader.bytes(RecordLimits.DIGEST_BYTES),
        reader.u64(),
        reader.u64());
  }

  private static EpochReason reason(int code) throws MalformedLayoutException {
    return EpochReason.ofCode(code)
        .orElseThrow(() -> new MalformedLayoutException("No reason has the number " + code));
  }
}
