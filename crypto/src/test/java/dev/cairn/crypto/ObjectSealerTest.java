package dev.cairn.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObjectSealerTest {
  private static final UserId USER = UserId.parse("abcdefghijklmnopqrstuvwx27");
  private static final UserId OTHER_USER = UserId.parse("bbcdefghijklmnopqrstuvwx27");
  private static final SealingContext CONTEXT = new SealingContext(USER, 2, 3, 4);

  private final BackupKey key =
      BackupKey.takeOwnershipOf(Sha256.hash(Bytes.utf8("a backup key")).toByteArray());
  private final KeyRing ring = key.deriveKeys(USER, 2);

  @AfterEach
  void close() {
    ring.close();
    key.close();
  }

  private static ObjectSlice whole(String collection, String id, Bytes content) {
    return new ObjectSlice(ValueKind.BYTES, collection, id, 0, 1, content.size(), content);
  }

  private static Bytes random(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  @Test
  void roundTripsOfEverySize() throws Exception {
    for (int size : new int[] {0, 1, 200, 255, 256, 257, 1000, 65_536, 65_537, 524_287, 524_288}) {
      for (Bytes content : List.of(random(size, size), Bytes.wrap(new byte[size]))) {
        for (Padding padding : Padding.values()) {
          try (KeyRing padded = key.deriveKeys(USER, 2, padding)) {
            ObjectSlice slice = whole("c", "i", content);
            SealedSlice sealed = padded.sealer().seal(CONTEXT, slice);
            assertTrue(sealed.sealed().size() <= ObjectSealer.MAX_SEALED);
            assertEquals(slice, ring.sealer().open(CONTEXT, sealed.tag(), sealed.sealed()));
          }
        }
      }
    }
  }

  @Test
  void namesOfEveryKind() throws Exception {
    String nfc = "\u00e9";
    String nfd = "e\u0301";
    List<String> names =
        List.of(
            "",
            " ",
            "a",
            nfc,
            nfd,
            "\0",
            "😀",
            "a".repeat(4096),
            "é".repeat(2048),
            "😀".repeat(1024),
            "\ufffd");
    List<Bytes> tags = new ArrayList<>();
    for (String collection : names) {
      for (String id : names) {
        ObjectSlice slice = whole(collection, id, Bytes.utf8("value"));
        SealedSlice sealed = ring.sealer().seal(CONTEXT, slice);
        assertEquals(slice, ring.sealer().open(CONTEXT, sealed.tag(), sealed.sealed()));
        assertEquals(sealed.tag(), ring.tags().tag(collection, id, 0));
        tags.add(sealed.tag());
      }
    }
    assertEquals((long) names.size() * names.size(), tags.stream().distinct().count());
    assertNotEquals(ring.tags().tag("ab", "c", 0), ring.tags().tag("a", "bc", 0));
    assertNotEquals(ring.tags().tag("a", "b", 0), ring.tags().tag("a", "b", 1));
  }

  @Test
  void malformedNames() {
    for (String name :
        List.of(
            "a".repeat(4097), "é".repeat(2049), "\ud800", "a\udc00", "\udc00\ud800", "x\ud83d")) {
      assertThrows(MalformedTextException.class, () -> ring.tags().tag(name, "i", 0));
      assertThrows(MalformedTextException.class, () -> ring.tags().tag("c", name, 0));
      assertThrows(MalformedTextException.class, () -> whole(name, "i", Bytes.EMPTY));
      assertThrows(MalformedTextException.class, () -> whole("c", name, Bytes.EMPTY));
    }
  }

  @Test
  void slicesThatCannotBe() {
    Bytes ten = Bytes.wrap(new byte[10]);
    Bytes full = Bytes.wrap(new byte[ObjectSlice.MAX_CONTENT]);
    assertThrows(
        IllegalArgumentException.class,
        () -> new ObjectSlice(ValueKind.BYTES, "", "", -1, 1, 10, ten));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ObjectSlice(ValueKind.BYTES, "", "", 1, 1, 10, ten));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ObjectSlice(ValueKind.BYTES, "", "", 0, 0, 10, ten));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ObjectSlice(ValueKind.BYTES, "", "", 0, 1, 9, ten));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ObjectSlice(ValueKind.BYTES, "", "", 0, 1, 11, ten));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ObjectSlice(ValueKind.BYTES, "", "", 0, 2, 9, ten));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new ObjectSlice(ValueKind.BYTES, "", "", 0, 2, 2L * ObjectSlice.MAX_CONTENT + 1, full));
    assertThrows(
        IllegalArgumentException.class,
        () -> whole("", "", Bytes.wrap(new byte[ObjectSlice.MAX_CONTENT + 1])));
    assertEquals(1, ObjectSlice.slicesOf(0));
    assertEquals(1, ObjectSlice.slicesOf(ObjectSlice.MAX_CONTENT));
    assertEquals(2, ObjectSlice.slicesOf(ObjectSlice.MAX_CONTENT + 1));
    assertThrows(IllegalArgumentException.class, () -> ObjectSlice.slicesOf(-1));
    assertThrows(IllegalArgumentException.class, () -> ObjectSlice.slicesOf(Long.MAX_VALUE / 2));
  }

  @Test
  void theOriginalOrAnException() {
    for (Bytes content :
        List.of(Bytes.EMPTY, Bytes.utf8("a short value"), Bytes.utf8("compress ".repeat(60)))) {
      SealedSlice sealed = ring.sealer().seal(CONTEXT, whole("collection", "id", content));
      for (Bytes altered : Tampering.everyAlteration(sealed.sealed())) {
        assertThrows(
            SealBrokenException.class, () -> ring.sealer().open(CONTEXT, sealed.tag(), altered));
      }
      for (Bytes altered : Tampering.everyAlteration(sealed.tag())) {
        assertThrows(
            SealBrokenException.class, () -> ring.sealer().open(CONTEXT, altered, sealed.sealed()));
      }
    }
  }

  @Test
  void boundToItsContext() {
    SealedSlice sealed = ring.sealer().seal(CONTEXT, whole("c", "i", Bytes.utf8("v")));
    for (SealingContext other :
        List.of(
            new SealingContext(OTHER_USER, 2, 3, 4),
            new SealingContext(USER, 1, 3, 4),
            new SealingContext(USER, 2, 4, 4),
            new SealingContext(USER, 2, 3, 5),
            new SealingContext(USER, 2, 4, 3))) {
      assertThrows(
          SealBrokenException.class,
          () -> ring.sealer().open(other, sealed.tag(), sealed.sealed()));
    }
    SealedSlice another = ring.sealer().seal(CONTEXT, whole("c", "j", Bytes.utf8("v")));
    assertThrows(
        SealBrokenException.class,
        () -> ring.sealer().open(CONTEXT, another.tag(), sealed.sealed()));
    try (KeyRing otherUser = key.deriveKeys(OTHER_USER, 2);
        KeyRing otherVersion = key.deriveKeys(USER, 3)) {
      assertThrows(
          SealBrokenException.class,
          () -> otherUser.sealer().open(CONTEXT, sealed.tag(), sealed.sealed()));
      assertThrows(
          SealBrokenException.class,
          () -> otherVersion.sealer().open(CONTEXT, sealed.tag(), sealed.sealed()));
      assertThrows(
          IllegalArgumentException.class,
          () -> otherUser.sealer().seal(CONTEXT, whole("c", "i", Bytes.EMPTY)));
      assertThrows(
          IllegalArgumentException.class,
          () -> otherVersion.sealer().seal(CONTEXT, whole("c", "i", Bytes.EMPTY)));
      assertNotEquals(otherUser.tags().tag("c", "i", 0), ring.tags().tag("c", "i", 0));
      assertNotEquals(otherVersion.author().publicKey(), ring.author().publicKey());
    }
  }

  /**
   * What the holder of the key could have sealed, and still is no object: each is opened by a
   * careless reader.
   */
  @Test
  void malformedPlaintextsUnderAGoodSeal() throws Exception {
    Bytes tag = ring.tags().tag("c", "i", 0);
    assertEquals(
        Bytes.utf8("value"),
        openPlaintext(tag, plaintext(0, 0, "c", "i", 0, 1, 5, Bytes.utf8("value"), 0)).content());
    byte[] zstd = Zstd.compress(new byte[1000], 1);
    assertEquals(
        1000,
        openPlaintext(tag, plaintext(1, 0, "c", "i", 0, 1, 1000, Bytes.wrap(zstd), 3))
            .content()
            .size());
    List<Bytes> malformed =
        List.of(
            Bytes.EMPTY,
            plaintext(2, 0, "c", "i", 0, 1, 5, Bytes.utf8("value"), 0),
            plaintext(0, 2, "c", "i", 0, 1, 5, Bytes.utf8("value"), 0),
            plaintext(0, 0, "c", "i", 1, 1, 5, Bytes.utf8("value"), 0),
            plaintext(0, 0, "c", "i", 0, 0, 5, Bytes.utf8("value"), 0),
            plaintext(0, 0, "c", "i", 0, -1, 5, Bytes.utf8("value"), 0),
            plaintext(0, 0, "c", "i", 0, 1, 4, Bytes.utf8("value"), 0),
            plaintext(0, 0, "c", "i", 0, 1, -1, Bytes.utf8("value"), 0),
            plaintext(0, 0, "c", "j", 0, 1, 5, Bytes.utf8("value"), 0),
            plaintext(0, 0, "d", "i", 0, 1, 5, Bytes.utf8("value"), 0),
            plaintext(0, 0, "c", "i", 1, 2, 600_000, Bytes.utf8("value"), 0),
            Bytes.concat(
                plaintext(0, 0, "c", "i", 0, 1, 5, Bytes.utf8("value"), 3), Bytes.fromHex("01")),
            plaintext(1, 0, "c", "i", 0, 1, 5, Bytes.utf8("value"), 0),
            plaintext(1, 0, "c", "i", 0, 1, 999, Bytes.wrap(zstd), 0),
            plaintext(1, 0, "c", "i", 0, 1, 1001, Bytes.wrap(zstd), 0),
            plaintext(1, 0, "c", "i", 0, 1, 0, Bytes.EMPTY, 0),
            plaintext(1, 0, "c", "i", 0, 2, 1 << 20, bomb(600_000), 0),
            plaintext(1, 0, "c", "i", 0, 2000, 1L << 29, bomb(1 << 28), 0));
    for (Bytes plaintext : malformed) {
      assertThrows(SealBrokenException.class, () -> openPlaintext(tag, plaintext), plaintext::hex);
    }
    Bytes good = plaintext(0, 0, "c", "i", 0, 1, 5, Bytes.utf8("value"), 0);
    for (int cut = 0; cut < good.size(); cut++) {
      Bytes truncated = good.slice(0, cut);
      assertThrows(SealBrokenException.class, () -> openPlaintext(tag, truncated));
    }
    byte[] notUtf8 = good.toByteArray();
    notUtf8[6] = (byte) 0xff;
    assertThrows(SealBrokenException.class, () -> openPlaintext(tag, Bytes.wrap(notUtf8)));
  }

  /** So many zeros in a few bytes. */
  private static Bytes bomb(int size) {
    return Bytes.wrap(Zstd.compress(new byte[size], 1));
  }

  private ObjectSlice openPlaintext(Bytes tag, Bytes plaintext) throws SealBrokenException {
    byte[] sealKey =
        Hkdf.sha256(
            Sha256.hash(Bytes.utf8("a backup key")).toByteArray(),
            Bytes.EMPTY,
            Layout.label("seal").userId(USER).u32(2).toBytes(),
            32);
    Bytes associatedData =
        Layout.label("object").userId(USER).u32(2).u64(3).u64(4).bytes(tag).toBytes();
    try (Xaes256Gcm cipher = Xaes256Gcm.takeOwnershipOf(sealKey)) {
      return ring.sealer().open(CONTEXT, tag, cipher.seal(associatedData, plaintext));
    }
  }

  private static Bytes plaintext(
      int encoding,
      int kind,
      String collection,
      String id,
      int slice,
      int slices,
      long total,
      Bytes content,
      int padding) {
    Bytes c = Bytes.utf8(collection);
    Bytes i = Bytes.utf8(id);
    ByteBuffer buffer = ByteBuffer.allocate(30 + c.size() + i.size() + content.size() + padding);
    buffer
        .put((byte) encoding)
        .put((byte) kind)
        .putInt(c.size())
        .put(c.toByteArray())
        .putInt(i.size())
        .put(i.toByteArray());
    buffer
        .putInt(slice)
        .putInt(slices)
        .putLong(total)
        .putInt(content.size())
        .put(content.toByteArray());
    return Bytes.copyOf(buffer.array());
  }

  @Test
  void compressionOnlyWhereItPays() {
    int fixed = 30 + 2 + Xaes256Gcm.OVERHEAD;
    assertEquals(fixed + 255, sealedSize(Bytes.wrap(new byte[255])));
    assertTrue(sealedSize(Bytes.wrap(new byte[256])) < fixed + 100);
    assertEquals(fixed + 100_000, sealedSize(random(1, 100_000)));
    // 8 % of redundancy is not enough, 30 % is.
    assertEquals(
        fixed + 10_000, sealedSize(Bytes.concat(random(2, 9_300), Bytes.wrap(new byte[700]))));
    assertTrue(
        sealedSize(Bytes.concat(random(2, 7_000), Bytes.wrap(new byte[3_000]))) < fixed + 7_200);
  }

  private int sealedSize(Bytes content) {
    return ring.sealer().seal(CONTEXT, whole("c", "i", content)).sealed().size();
  }

  @Test
  void paddingHidesLengths() {
    long distinct =
        IntStream.range(1000, 2000)
            .map(size -> (int) Padding.PADME.padded(size))
            .distinct()
            .count();
    assertTrue(distinct <= 17, "distinct lengths: " + distinct);
    for (long size = 0; size < 100_000; size++) {
      long padded = Padding.PADME.padded(size);
      assertTrue(padded >= size && padded <= size + size * 12 / 100 + 1, "size " + size);
      assertEquals(size, Padding.NONE.padded(size));
    }
    // Worked numbers of the paper's function: E = floor(log2 L), S = floor(log2 E) + 1, the last E
    // - S bits zero.
    assertEquals(10, Padding.PADME.padded(9));
    assertEquals(104, Padding.PADME.padded(101));
    assertEquals(1024, Padding.PADME.padded(1023));
    assertEquals(1088, Padding.PADME.padded(1025));
  }

  @Test
  void noncesDiffer() {
    ObjectSlice slice = whole("c", "i", Bytes.utf8("v"));
    SealedSlice first = ring.sealer().seal(CONTEXT, slice);
    SealedSlice second = ring.sealer().seal(CONTEXT, slice);
    assertEquals(first.tag(), second.tag());
    assertNotEquals(first.sealed().slice(0, 24), second.sealed().slice(0, 24));
  }

  @Test
  void manyThreadsAtOnce() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int task = 0; task < 64; task++) {
        int seed = task;
        tasks.add(() -> {
          Random random = new Random(seed);
          for (int i = 0; i < 50; i++) {
            Bytes content =
                random.nextBoolean()
                    ? random(seed * 1000L + i, random.nextInt(3000))
                    : Bytes.utf8("text ".repeat(random.nextInt(600)));
            ObjectSlice slice = whole("c" + seed, "i" + i, content);
            SealedSlice sealed = ring.sealer().seal(CONTEXT, slice);
            if (!slice.equals(ring.sealer().open(CONTEXT, sealed.tag(), sealed.sealed()))) {
              return false;
            }
          }
          return true;
        });
      }
      for (Future<Boolean> done : pool.invokeAll(tasks)) {
        assertTrue(done.get());
      }
    }
  }

  @Test
  void closedRingsDoNothing() {
    KeyRing closed = key.deriveKeys(USER, 2);
    SealedSlice sealed = closed.sealer().seal(CONTEXT, whole("c", "i", Bytes.EMPTY));
    closed.close();
    closed.close();
    assertThrows(
        IllegalStateException.class,
        () -> closed.sealer().seal(CONTEXT, whole("c", "i", Bytes.EMPTY)));
    assertThrows(
        IllegalStateException.class,
        () -> closed.sealer().open(CONTEXT, sealed.tag(), sealed.sealed()));
    assertThrows(IllegalStateException.class, () -> closed.tags().tag("c", "i", 0));
    assertThrows(IllegalStateException.class, () -> closed.author().sign(Bytes.EMPTY));
  }

  @Test
  void nothingSecretInMessages() {
    String material = Sha256.hash(Bytes.utf8("a backup key")).hex();
    ObjectSlice slice = whole("secret collection", "secret id", Bytes.utf8("secret value"));
    for (Object o : List.of(key, ring, ring.tags(), ring.sealer(), ring.author(), slice)) {
      String text = o.toString();
      assertTrue(!text.contains(material.substring(0, 8)) && !text.contains("secret"), text);
    }
    SealBrokenException broken =
        assertThrows(
            SealBrokenException.class,
            () ->
                ring.sealer()
                    .open(
                        CONTEXT,
                        ring.tags().tag("x", "y", 0),
                        ring.sealer().seal(CONTEXT, slice).sealed()));
    assertTrue(!String.valueOf(broken.getMessage()).contains("secret"));
  }
}
