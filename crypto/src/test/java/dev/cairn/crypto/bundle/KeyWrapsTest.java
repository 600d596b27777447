package dev.cairn.crypto.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.BackupKeyAccess;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedLayoutException;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.Tampering;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.Vectors;
import dev.cairn.crypto.bundle.WrapBrokenException.Reason;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyWrapsTest {
  private final Vectors golden = new Vectors("golden-v1.properties");
  private final UserId user = UserId.parse(golden.text("user"));
  private final UserId otherUser = UserId.parse("bbcdefghijklmnopqrstuvwx27");
  private final Bytes parameters = Bytes.utf8("parameters");

  private static Kek opaque(UserId user, String secret) {
    try (SecretBytes exportKey = SecretBytes.takeCopyOf(Sha256.hash(Bytes.utf8(secret)))) {
      return Kek.fromOpaqueExportKey(exportKey, user);
    }
  }

  private static VersionedKey versioned(int version) {
    return new VersionedKey(
        version,
        BackupKey.takeOwnershipOf(Sha256.hash(Bytes.utf8("key " + version)).toByteArray()));
  }

  private BundleContent content() {
    return new BundleContent(
        "alice",
        user,
        List.of(versioned(1), versioned(2)),
        Optional.of(new Floor(1, 2, 3, Sha256.hash(Bytes.utf8("head")))));
  }

  private static void assertSame(BundleContent expected, BundleContent actual) {
    assertEquals(expected.identity(), actual.identity());
    assertEquals(expected.userId(), actual.userId());
    assertEquals(expected.floor(), actual.floor());
    assertEquals(expected.keys().size(), actual.keys().size());
    for (int i = 0; i < expected.keys().size(); i++) {
      assertEquals(expected.keys().get(i).keyVersion(), actual.keys().get(i).keyVersion());
      assertArrayEquals(
          BackupKeyAccess.copyMaterial(expected.keys().get(i).key()),
          BackupKeyAccess.copyMaterial(actual.keys().get(i).key()));
    }
  }

  @Test
  void goldenBytes() throws Exception {
    int bundleVersion = 9;
    for (WrapKind kind : WrapKind.values()) {
      String name =
          switch (kind) {
            case OPAQUE -> "bundle.opaque.";
            case WALLET -> "bundle.wallet.";
            case RECOVERY_KEY -> "bundle.recovery.";
          };
      KeyWrap wrap =
          new KeyWrap(
              kind,
              golden.get(name + "parameters"),
              golden.get(name + "commitment"),
              golden.get(name + "nonce"),
              golden.get(name + "sealed"));
      try (SecretBytes secret = SecretBytes.takeCopyOf(golden.get(name + "secret"));
          Kek kek =
              switch (kind) {
                case OPAQUE -> Kek.fromOpaqueExportKey(secret, user);
                case WALLET -> Kek.fromWalletSignature(secret, user);
                case RECOVERY_KEY -> Kek.fromRecoveryKey(secret, user);
              };
          BundleContent content = KeyWraps.unwrap(kek, user, bundleVersion, wrap)) {
        assertEquals(kind, kek.kind());
        assertEquals("alice", content.identity());
        assertArrayEquals(
            golden.get("backupKey").toByteArray(),
            BackupKeyAccess.copyMaterial(content.key(3).orElseThrow()));
        if (kind == WrapKind.OPAQUE) {
          assertEquals(2, content.keys().size());
          assertEquals(4, content.newestKey().keyVersion());
          assertEquals(
              Optional.of(new Floor(3, 5, 77, Sha256.hash(Bytes.utf8("head")))), content.floor());
        } else {
          assertEquals(1, content.keys().size());
          assertEquals(Optional.empty(), content.floor());
        }
        // The layout that is sealed anew has the same bytes: equal lengths and the same content
        // again.
        KeyWrap again = KeyWraps.wrap(kek, bundleVersion, wrap.parameters(), content);
        assertEquals(wrap.commitment(), again.commitment());
        assertEquals(wrap.sealed().size(), again.sealed().size());
        assertNotEquals(wrap.nonce(), again.nonce());
        try (BundleContent reopened = KeyWraps.unwrap(kek, user, bundleVersion, again)) {
          assertSame(content, reopened);
          assertArrayEquals(content.toSecretLayout(), reopened.toSecretLayout());
        }
      }
    }
    assertTrue(golden.unused("bundle.").isEmpty());
  }

  @Test
  void theOriginalOrAnException() throws Exception {
    try (Kek kek = opaque(user, "secret");
        BundleContent content = content()) {
      KeyWrap wrap = KeyWraps.wrap(kek, 5, parameters, content);
      try (BundleContent opened = KeyWraps.unwrap(kek, user, 5, wrap)) {
        assertSame(content, opened);
      }
      for (Bytes altered : Tampering.everyAlteration(wrap.sealed())) {
        assertBroken(
            Reason.ALTERED,
            kek,
            user,
            5,
            new KeyWrap(wrap.kind(), parameters, wrap.commitment(), wrap.nonce(), altered));
      }
      for (Bytes altered : Tampering.everyAlteration(wrap.nonce())) {
        assertBroken(
            Reason.ALTERED,
            kek,
            user,
            5,
            new KeyWrap(wrap.kind(), parameters, wrap.commitment(), altered, wrap.sealed()));
      }
      for (Bytes altered : Tampering.everyAlteration(wrap.commitment())) {
        assertBroken(
            Reason.OTHER_KEY,
            kek,
            user,
            5,
            new KeyWrap(wrap.kind(), parameters, altered, wrap.nonce(), wrap.sealed()));
      }
      for (Bytes altered : Tampering.everyAlteration(parameters)) {
        assertBroken(
            Reason.ALTERED,
            kek,
            user,
            5,
            new KeyWrap(wrap.kind(), altered, wrap.commitment(), wrap.nonce(), wrap.sealed()));
      }
      assertBroken(Reason.ALTERED, kek, user, 4, wrap);
      assertBroken(Reason.ALTERED, kek, user, 6, wrap);
      assertBroken(Reason.ALTERED, kek, user, 0, wrap);
      assertBroken(Reason.ALTERED, kek, user, -1, wrap);
      assertBroken(Reason.ALTERED, kek, otherUser, 5, wrap);
      assertBroken(
          Reason.OTHER_KEY,
          kek,
          user,
          5,
          new KeyWrap(WrapKind.WALLET, parameters, wrap.commitment(), wrap.nonce(), wrap.sealed()));
      try (Kek other = opaque(user, "another secret");
          Kek otherOwner = opaque(otherUser, "secret")) {
        assertBroken(Reason.OTHER_KEY, other, user, 5, wrap);
        assertBroken(Reason.OTHER_KEY, otherOwner, user, 5, wrap);
      }
    }
  }

  private static void assertBroken(Reason reason, Kek kek, UserId user, int version, KeyWrap wrap) {
    WrapBrokenException broken =
        assertThrows(WrapBrokenException.class, () -> KeyWraps.unwrap(kek, user, version, wrap));
    assertEquals(reason, broken.reason());
  }

  /** The holder of the secret wraps another user's content: it opens, and is refused. */
  @Test
  void contentOfAnotherUser() {
    try (Kek kek = opaque(user, "secret");
        BundleContent foreign =
            new BundleContent("bob", otherUser, List.of(versioned(1)), Optional.empty())) {
      KeyWrap wrap = KeyWraps.wrap(kek, 5, parameters, foreign);
      assertBroken(Reason.ALTERED, kek, user, 5, wrap);
      assertBroken(
          Reason.ALTERED,
          kek,
          user,
          5,
          new KeyWrap(
              wrap.kind(), wrap.parameters(), wrap.commitment(), wrap.nonce(), wrap.sealed()));
    }
  }

  @Test
  void malformedContent() throws Exception {
    byte[] good;
    try (BundleContent content = content()) {
      good = content.toSecretLayout();
    }
    BundleContent.read(good).close();
    int rejected = 0;
    for (Bytes altered : Tampering.everyAlteration(Bytes.copyOf(good))) {
      try (BundleContent read = BundleContent.read(altered.toByteArray())) {
        assertEquals(good.length, altered.size());
        assertTrue(!altered.equals(Bytes.wrap(read.toSecretLayout())) || read.keys().size() == 2);
      } catch (MalformedLayoutException e) {
        rejected++;
      }
    }
    assertTrue(rejected > 2 * good.length, "rejected " + rejected);
  }

  @Test
  void contentsThatCannotBe() {
    VersionedKey one = versioned(1);
    VersionedKey two = versioned(2);
    VersionedKey three = versioned(3);
    Optional<Floor> none = Optional.empty();
    assertThrows(
        IllegalArgumentException.class, () -> new BundleContent("alice", user, List.of(), none));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BundleContent("alice", user, List.of(two, one), none));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BundleContent("alice", user, List.of(one, one), none));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BundleContent("alice", user, List.of(one, two, three), none));
    assertThrows(
        IllegalArgumentException.class, () -> new BundleContent("", user, List.of(one), none));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BundleContent("a".repeat(257), user, List.of(one), none));
    assertThrows(
        IllegalArgumentException.class, () -> new Floor(0, 0, 0, Bytes.wrap(new byte[32])));
    assertThrows(
        IllegalArgumentException.class, () -> new Floor(1, -1, 0, Bytes.wrap(new byte[32])));
    assertThrows(
        IllegalArgumentException.class, () -> new Floor(1, 0, 0, Bytes.wrap(new byte[31])));
    one.close();
    two.close();
    three.close();
  }

  @Test
  void secretsHaveTheirSizes() {
    for (int size : new int[] {0, 15, 17, 31, 33, 63, 65}) {
      try (SecretBytes secret = SecretBytes.takeOwnershipOf(new byte[size])) {
        assertThrows(IllegalArgumentException.class, () -> Kek.fromOpaqueExportKey(secret, user));
        assertThrows(IllegalArgumentException.class, () -> Kek.fromWalletSignature(secret, user));
        assertThrows(IllegalArgumentException.class, () -> Kek.fromRecoveryKey(secret, user));
      }
    }
  }

  @Test
  void kindsAreNumbers() {
    for (WrapKind kind : WrapKind.values()) {
      assertEquals(Optional.of(kind), WrapKind.of(kind.code()));
    }
    assertEquals(Optional.empty(), WrapKind.of(3));
    assertEquals(Optional.empty(), WrapKind.of(-1));
  }

  @Test
  void closedKeksDoNothing() {
    Kek kek = opaque(user, "secret");
    kek.close();
    try (BundleContent content = content()) {
      assertThrows(IllegalStateException.class, () -> KeyWraps.wrap(kek, 1, parameters, content));
    }
  }

  /** Foreign bytes give content or the one exception, never another. */
  @Test
  void garbageIsMalformed() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] good;
    try (BundleContent content = content()) {
      good = content.toSecretLayout();
    }
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = random.nextBoolean() ? good.clone() : new byte[random.nextInt(300)];
      for (int n = random.nextInt(6); n >= 0 && mutated.length > 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      try {
        BundleContent.read(mutated).close();
      } catch (MalformedLayoutException e) {
        assertTrue(e.getMessage() != null, () -> "seed " + seed);
      }
    }
  }
}
