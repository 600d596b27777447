package dev.cairn.crypto;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Seals and opens slices of objects: XAES-256-GCM under the sealing key, bound to owner, key
 * version, epoch, sequence and tag.
 *
 * <table>
 * <caption>Layout</caption>
 * <tr><th>part</th><th>bytes</th></tr>
 * <tr><td>sealed</td><td>{@code nonce(24) ‖ ciphertext ‖ mac(16)}</td></tr>
 * <tr><td>associated data</td><td>{@code label(object) ‖ userId ‖ u32 keyVersion ‖ u64 epoch ‖ u64 sequence ‖ tag(32)}</td></tr>
 * <tr><td>plaintext</td><td>{@code u8 encoding ‖ u8 kind ‖ lp(collection) ‖ lp(id) ‖ u32 slice ‖ u32 slices ‖ u64 total length ‖
 * lp(bytes) ‖ zero padding}</td></tr>
 * </table>
 *
 * <p>Compression covers the value only. Encoding 0: {@code bytes} is the slice's content as it is.
 * Encoding 1: {@code bytes} is one zstd frame of the content, and {@code lp} counts the frame.
 * Everything before {@code bytes} is never compressed; the total length counts the whole value
 * before compression. The writer tries zstd level 1 from 256 bytes of content on and keeps it when
 * it saves at least 10 %. The reader never decompresses to more than the smaller of 512 KiB and the
 * total length.
 *
 * <p><b>Guaranteed:</b> {@link #open} gives the very slice that was sealed for this context and
 * tag, or throws; the tag is recomputed from the name inside and compared. <b>Not guaranteed:</b>
 * that it is the newest one, or that all slices are there: the log and the state digest say so.
 *
 * <p>Thread-safe; using it after {@link #close()} throws {@link IllegalStateException}.
 */
public final class ObjectSealer implements AutoCloseable {
  private static final int RAW = 0;
  private static final int ZSTD = 1;
  private static final int ZSTD_LEVEL = 1;
  private static final int COMPRESS_FROM = 256;
  private static final int FIXED =
      2 + Integer.BYTES + Integer.BYTES + 2 * Integer.BYTES + Long.BYTES + Integer.BYTES;
  private static final int MAX_PLAINTEXT =
      (int) Padding.PADME.padded(FIXED + 2L * ObjectSlice.MAX_NAME + ObjectSlice.MAX_CONTENT);

  /** The most bytes that a sealed slice can have. */
  public static final int MAX_SEALED = MAX_PLAINTEXT + Xaes256Gcm.OVERHEAD;

  private final UserId userId;
  private final int keyVersion;
  private final TagKey tags;
  private final Xaes256Gcm cipher;
  private final Padding padding;
  private final ConcurrentLinkedDeque<Context> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  ObjectSealer(UserId userId, int keyVersion, TagKey tags, Xaes256Gcm cipher, Padding padding) {
    this.userId = userId;
    this.keyVersion = keyVersion;
    this.tags = tags;
    this.cipher = cipher;
    this.padding = padding;
  }

  /**
   * Seals one slice under a fresh random nonce: two calls never give the same bytes.
   *
   * @throws IllegalArgumentException if the context is of another user or key version than this
   *     sealer
   */
  public SealedSlice seal(SealingContext context, ObjectSlice slice) {
    return insecureNonceSeal(Xaes256Gcm.randomNonce(), context, slice);
  }

  /** Never twice with one nonce: for golden bytes, and for the method above. */
  SealedSlice insecureNonceSeal(byte[] nonce, SealingContext context, ObjectSlice slice) {
    if (!context.userId().equals(userId) || context.keyVersion() != keyVersion) {
      throw new IllegalArgumentException(
          "this sealer is for "
              + userId
              + ", key version "
              + keyVersion
              + ", not for "
              + context.userId()
              + ", key version "
              + context.keyVersion());
    }
    byte[] collection = ObjectSlice.encodeName("collection", slice.collection());
    byte[] id = ObjectSlice.encodeName("id", slice.id());
    Bytes tag = tags.tag(collection, id, slice.slice());
    Context tools = acquire();
    try {
      int length = tools.write(slice, collection, id, padding);
      return new SealedSlice(
          tag,
          cipher.insecureNonceSeal(nonce, associatedData(context, tag), tools.scratch, 0, length));
    } finally {
      release(tools);
    }
  }

  /**
   * Opens one slice.
   *
   * @throws SealBrokenException if the bytes are not what was sealed for this context and tag
   */
  public ObjectSlice open(SealingContext context, Bytes tag, Bytes sealed)
      throws SealBrokenException {
    if (tag.size() != TagKey.TAG_SIZE) {
      throw new SealBrokenException("a tag has " + TagKey.TAG_SIZE + " bytes, not " + tag.size());
    }
    if (sealed.size() > MAX_SEALED) {
      throw new SealBrokenException("sealed bytes are too long: " + sealed.size());
    }
    byte[] plaintext = cipher.openSecret(associatedData(context, tag), sealed);
    ObjectSlice slice;
    try {
      slice = read(plaintext);
    } catch (MalformedLayoutException | IllegalArgumentException e) {
      throw new SealBrokenException(
          "the seal verifies, but what it holds is malformed: " + e.getMessage(), e);
    }
    if (!tags.tag(slice.collection(), slice.id(), slice.slice()).equalsConstantTime(tag)) {
      throw new SealBrokenException("the seal verifies, but the object inside has another tag");
    }
    return slice;
  }

  private ObjectSlice read(byte[] plaintext) throws MalformedLayoutException {
    LayoutReader reader = LayoutReader.ofSecret(plaintext);
    int encoding = reader.u8();
    ValueKind kind = ValueKind.of(reader.u8());
    String collection = reader.lpString(ObjectSlice.MAX_NAME);
    String id = reader.lpString(ObjectSlice.MAX_NAME);
    int slice = reader.u31();
    int slices = reader.u31();
    long totalLength = reader.u64();
    int length = reader.length(ObjectSlice.MAX_CONTENT);
    int from = reader.position();
    reader.skip(length);
    for (int i = reader.position(); i < plaintext.length; i++) {
      if (plaintext[i] != 0) {
        throw new MalformedLayoutException("padding is not zero");
      }
    }
    Bytes content =
        switch (encoding) {
          case RAW -> Bytes.copyOf(plaintext, from, from + length);
          case ZSTD ->
              decompress(
                  plaintext, from, length, (int) Math.min(ObjectSlice.MAX_CONTENT, totalLength));
          default -> throw new MalformedLayoutException("no encoding has the number " + encoding);
        };
    return new ObjectSlice(kind, collection, id, slice, slices, totalLength, content);
  }

  private Bytes decompress(byte[] source, int from, int length, int bound)
      throws MalformedLayoutException {
    if (length == 0) {
      throw new MalformedLayoutException("no compressed bytes");
    }
    byte[] target = new byte[bound];
    Context tools = acquire();
    int size;
    try {
      size = tools.decompressor.decompressByteArray(target, 0, bound, source, from, length);
    } catch (ZstdException e) {
      throw new MalformedLayoutException("the compressed bytes do not fit " + bound + " bytes", e);
    } finally {
      release(tools);
    }
    return size == bound ? Bytes.wrap(target) : Bytes.copyOf(target, 0, size);
  }

  private static Bytes associatedData(SealingContext context, Bytes tag) {
    return Layout.label("object")
        .userId(context.userId())
        .u32(context.keyVersion())
        .u64(context.epoch())
        .u64(context.sequence())
        .bytes(tag)
        .toBytes();
  }

  private Context acquire() {
    if (closed) {
      throw new IllegalStateException("this key is closed");
    }
    Context context = idle.pollFirst();
    return context != null ? context : new Context();
  }

  private void release(Context context) {
    idle.addFirst(context);
    if (closed) {
      drain();
    }
  }

  private void drain() {
    for (Context context = idle.pollFirst(); context != null; context = idle.pollFirst()) {
      context.close();
    }
  }

  /** Zeroes the sealing key; the tag key is closed by its ring. */
  @Override
  public void close() {
    closed = true;
    cipher.close();
    drain();
  }

  @Override
  public String toString() {
    return "ObjectSealer(" + userId + ", key version " + keyVersion + ")";
  }

  /** What one call needs, for one thread at a time: native zstd contexts and a scratch array. */
  private static final class Context implements AutoCloseable {
    final ZstdCompressCtx compressor = new ZstdCompressCtx().setLevel(ZSTD_LEVEL);
    final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
    byte[] scratch = new byte[4096];

    /** Writes the plaintext into the scratch array and says how long it is. */
    int write(ObjectSlice slice, byte[] collection, byte[] id, Padding padding) {
      byte[] content = slice.content().unsafeArray();
      boolean tryZstd = content.length >= COMPRESS_FROM;
      int head = FIXED + collection.length + id.length;
      int bound = tryZstd ? (int) Zstd.compressBound(content.length) : content.length;
      int most = Math.max(head + bound, (int) padding.padded((long) head + content.length));
      if (scratch.length < most) {
        Arrays.fill(scratch, (byte) 0);
        scratch = new byte[most];
      }
      int length = content.length;
      int encoding = RAW;
      if (tryZstd) {
        int compressed =
            compressor.compressByteArray(scratch, head, bound, content, 0, content.length);
        if (compressed <= content.length - (content.length + 9) / 10) {
          encoding = ZSTD;
          length = compressed;
        }
      }
      if (encoding == RAW) {
        System.arraycopy(content, 0, scratch, head, content.length);
      }
      ByteBuffer.wrap(scratch)
          .put((byte) encoding)
          .put((byte) slice.kind().code())
          .putInt(collection.length)
          .put(collection)
          .putInt(id.length)
          .put(id)
          .putInt(slice.slice())
          .putInt(slice.slices())
          .putLong(slice.totalLength())
          .putInt(length);
      int end = head + length;
      int padded = (int) padding.padded(end);
      Arrays.fill(scratch, end, padded, (byte) 0);
      return padded;
    }

    @Override
    public void close() {
      compressor.close();
      decompressor.close();
      Arrays.fill(scratch, (byte) 0);
    }
  }
}
