package dev.cairn.crypto.bundle;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.BackupKeyAccess;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.LayoutReader;
import dev.cairn.crypto.MalformedLayoutException;
import dev.cairn.crypto.UserId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a wrap holds, in the clear.
 *
 * <p>Layout: {@code label(bundle) ‖ lp(identity) ‖ userId ‖ u8 n ‖ n × (u32 keyVersion ‖ key(32)) ‖
 * opt(u32 keyVersion ‖ u64 epoch ‖ u64 index ‖ head(32))}; 1 or 2 keys, their versions ascend
 * strictly (two only while the key is rotated); identity is at most 256 bytes of UTF-8.
 *
 * <p>{@link #close()} closes the keys.
 */
public final class BundleContent implements AutoCloseable {
  /** The most bytes of UTF-8 in an identity. */
  public static final int MAX_IDENTITY = 256;

  private static final int MAX_KEYS = 2;
  private static final String LABEL = "bundle";
  private static final int ROOM = 64 + MAX_IDENTITY + UserId.LENGTH + MAX_KEYS * 36 + 64;

  private final String identity;
  private final UserId userId;
  private final List<VersionedKey> keys;
  private final Optional<Floor> floor;

  /**
   * Takes the keys over: closing this closes them.
   *
   * @param identity username, or address of the wallet
   * @param keys 1 or 2, versions strictly ascending
   * @param floor what was known of the log; empty before there is one
   * @throws IllegalArgumentException if the identity is too long or the keys are none, too many or
   *     out of order
   */
  public BundleContent(
      String identity, UserId userId, List<VersionedKey> keys, Optional<Floor> floor) {
    if (identity.isEmpty() || identity.getBytes(StandardCharsets.UTF_8).length > MAX_IDENTITY) {
      throw new IllegalArgumentException(
          "an identity has 1 to " + MAX_IDENTITY + " bytes of UTF-8");
    }
    if (keys.isEmpty() || keys.size() > MAX_KEYS) {
      throw new IllegalArgumentException("a bundle holds 1 or 2 backup keys, not " + keys.size());
    }
    if (keys.size() == MAX_KEYS && keys.get(0).keyVersion() >= keys.get(1).keyVersion()) {
      throw new IllegalArgumentException("key versions in a bundle ascend");
    }
    this.identity = identity;
    this.userId = userId;
    this.keys = List.copyOf(keys);
    this.floor = floor;
  }

  /** Username, or address of the wallet. */
  public String identity() {
    return identity;
  }

  /** The owner. */
  public UserId userId() {
    return userId;
  }

  /** One key, or two while rotating, in the order of their versions. */
  public List<VersionedKey> keys() {
    return keys;
  }

  /** The key with the highest version. */
  public VersionedKey newestKey() {
    return keys.get(keys.size() - 1);
  }

  /** The key of that version. */
  public Optional<BackupKey> key(int keyVersion) {
    return keys.stream()
        .filter(key -> key.keyVersion() == keyVersion)
        .map(VersionedKey::key)
        .findFirst();
  }

  /** What was known of the log at wrapping. */
  public Optional<Floor> floor() {
    return floor;
  }

  /** The layout, in an array that the caller zeroes. */
  byte[] toSecretLayout() {
    Layout layout =
        Layout.unlabelledOfSize(ROOM)
            .bytes(Layout.label(LABEL).toBytes())
            .lp(identity)
            .userId(userId)
            .u8(keys.size());
    for (VersionedKey key : keys) {
      byte[] material = BackupKeyAccess.copyMaterial(key.key());
      layout.u32(key.keyVersion()).bytes(material);
      Arrays.fill(material, (byte) 0);
    }
    layout.u8(floor.isPresent() ? 1 : 0);
    floor.ifPresent(f -> layout.u32(f.keyVersion()).u64(f.epoch()).u64(f.index()).bytes(f.head()));
    return layout.takeSecret();
  }

  /** Reads the layout; the array stays the caller's to zero. */
  static BundleContent read(byte[] secretLayout) throws MalformedLayoutException {
    LayoutReader reader = LayoutReader.ofSecret(secretLayout).label(LABEL);
    String identity = reader.lpString(MAX_IDENTITY);
    UserId userId = reader.userId();
    int count = reader.u8();
    if (count < 1 || count > MAX_KEYS) {
      throw new MalformedLayoutException("a bundle holds 1 or 2 backup keys, not " + count);
    }
    List<VersionedKey> keys = new ArrayList<>(count);
    boolean whole = false;
    try {
      for (int i = 0; i < count; i++) {
        int keyVersion = reader.u31();
        keys.add(
            new VersionedKey(keyVersion, BackupKey.takeOwnershipOf(reader.secret(BackupKey.SIZE))));
      }
      Optional<Floor> floor = Optional.empty();
      if (reader.present()) {
        int keyVersion = reader.u31();
        long epoch = reader.u64();
        long index = reader.u64();
        Bytes head = reader.bytes(Floor.HEAD_SIZE);
        floor = Optional.of(new Floor(keyVersion, epoch, index, head));
      }
      reader.end();
      BundleContent content = new BundleContent(identity, userId, keys, floor);
      whole = true;
      return content;
    } catch (IllegalArgumentException e) {
      throw new MalformedLayoutException("no bundle content: " + e.getMessage(), e);
    } finally {
      if (!whole) {
        keys.forEach(VersionedKey::close);
      }
    }
  }

  /** Closes the keys. */
  @Override
  public void close() {
    keys.forEach(VersionedKey::close);
  }

  @Override
  public String toString() {
    return "BundleContent(" + userId + ", " + keys + ", " + floor + ")";
  }
}
