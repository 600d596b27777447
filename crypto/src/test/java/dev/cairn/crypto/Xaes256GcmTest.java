package dev.cairn.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.junit.jupiter.api.Test;

class Xaes256GcmTest {
  private static final byte[] NONCE = Bytes.utf8("ABCDEFGHIJKLMNOPQRSTUVWX").toByteArray();
  private static final byte[] PLAINTEXT = Bytes.utf8("XAES-256-GCM").toByteArray();

  private static byte[] key(int value) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) value);
    return key;
  }

  /**
   * C2SP XAES-256-GCM, both single vectors: the derived key's first bit is clear in one and set in
   * the other.
   */
  @Test
  void vectorsOfC2sp() throws Exception {
    try (Xaes256Gcm one = Xaes256Gcm.takeOwnershipOf(key(1));
        Xaes256Gcm three = Xaes256Gcm.takeOwnershipOf(key(3))) {
      Bytes first = one.insecureNonceSeal(NONCE, Bytes.EMPTY, PLAINTEXT, 0, PLAINTEXT.length);
      assertEquals(
          "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271",
          first.slice(24, first.size()).hex());
      assertEquals(Bytes.copyOf(PLAINTEXT), one.open(Bytes.EMPTY, first));
      Bytes aad = Bytes.utf8("c2sp.org/XAES-256-GCM");
      Bytes second = three.insecureNonceSeal(NONCE, aad, PLAINTEXT, 0, PLAINTEXT.length);
      assertEquals(
          "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d",
          second.slice(24, second.size()).hex());
      assertEquals(Bytes.copyOf(PLAINTEXT), three.open(aad, second));
    }
  }

  /**
   * C2SP's accumulated vectors: 10,000 random keys, nonces, plaintexts and associated data;
   * 1,000,000 with -Dcairn.soak=true.
   */
  @Test
  void accumulatedVectorsOfC2sp() throws Exception {
    boolean soak = Boolean.getBoolean("cairn.soak");
    int iterations = soak ? 1_000_000 : 10_000;
    String expected =
        soak
            ? "2163ae1445985a30b60585ee67daa55674df06901b890593e824b8a7c885ab15"
            : "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939";
    SHAKEDigest source = new SHAKEDigest(128);
    SHAKEDigest sum = new SHAKEDigest(128);
    for (int i = 0; i < iterations; i++) {
      byte[] key = read(source, 32);
      byte[] nonce = read(source, 24);
      byte[] plaintext = read(source, read(source, 1)[0] & 0xff);
      Bytes aad = Bytes.wrap(read(source, read(source, 1)[0] & 0xff));
      try (Xaes256Gcm cipher = Xaes256Gcm.takeOwnershipOf(key)) {
        Bytes sealed = cipher.insecureNonceSeal(nonce, aad, plaintext, 0, plaintext.length);
        assertEquals(Bytes.wrap(plaintext), cipher.open(aad, sealed));
        byte[] ciphertext = sealed.slice(24, sealed.size()).toByteArray();
        sum.update(ciphertext, 0, ciphertext.length);
      }
    }
    byte[] digest = new byte[32];
    sum.doFinal(digest, 0, 32);
    assertEquals(expected, Bytes.wrap(digest).hex());
  }

  private static byte[] read(SHAKEDigest source, int length) {
    byte[] bytes = new byte[length];
    source.doOutput(bytes, 0, length);
    return bytes;
  }

  @Test
  void theOriginalOrAnException() throws Exception {
    Bytes aad = Bytes.utf8("associated");
    try (Xaes256Gcm cipher = Xaes256Gcm.takeOwnershipOf(key(7));
        Xaes256Gcm other = Xaes256Gcm.takeOwnershipOf(key(8))) {
      for (int length : new int[] {0, 1, 15, 16, 17, 100}) {
        Bytes plaintext = Bytes.copyOf(Arrays.copyOf(Sha256.hash(aad).toByteArray(), length));
        Bytes sealed = cipher.seal(aad, plaintext);
        assertEquals(length + Xaes256Gcm.OVERHEAD, sealed.size());
        assertEquals(plaintext, cipher.open(aad, sealed));
        for (Bytes altered : Tampering.everyAlteration(sealed)) {
          assertThrows(SealBrokenException.class, () -> cipher.open(aad, altered));
        }
        for (Bytes altered : Tampering.everyAlteration(aad)) {
          assertThrows(SealBrokenException.class, () -> cipher.open(altered, sealed));
        }
        assertThrows(SealBrokenException.class, () -> other.open(aad, sealed));
      }
    }
  }

  @Test
  void largeMessagesInPieces() throws Exception {
    try (Xaes256Gcm cipher = Xaes256Gcm.takeOwnershipOf(key(9))) {
      for (int length :
          new int[] {
            64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 128 * 1024, 128 * 1024 + 5, 600_000
          }) {
        byte[] plaintext = new byte[length];
        for (int i = 0; i < length; i++) {
          plaintext[i] = (byte) (i * 31 + i / 251);
        }
        assertEquals(
            Bytes.wrap(plaintext),
            cipher.open(Bytes.EMPTY, cipher.seal(Bytes.EMPTY, Bytes.wrap(plaintext))));
      }
    }
  }

  @Test
  void noncesDiffer() {
    try (Xaes256Gcm cipher = Xaes256Gcm.takeOwnershipOf(key(9))) {
      Bytes first = cipher.seal(Bytes.EMPTY, Bytes.EMPTY);
      Bytes second = cipher.seal(Bytes.EMPTY, Bytes.EMPTY);
      assertNotEquals(first.slice(0, 24), second.slice(0, 24));
    }
  }

  @Test
  void wrongSizesAndClosedKeys() {
    assertThrows(IllegalArgumentException.class, () -> Xaes256Gcm.takeOwnershipOf(new byte[31]));
    Xaes256Gcm cipher = Xaes256Gcm.takeOwnershipOf(key(1));
    assertThrows(
        IllegalArgumentException.class,
        () -> cipher.insecureNonceSeal(new byte[12], Bytes.EMPTY, PLAINTEXT, 0, 1));
    Bytes sealed = cipher.seal(Bytes.EMPTY, Bytes.EMPTY);
    cipher.close();
    assertThrows(IllegalStateException.class, () -> cipher.seal(Bytes.EMPTY, Bytes.EMPTY));
    assertThrows(IllegalStateException.class, () -> cipher.open(Bytes.EMPTY, sealed));
  }

  /**
   * Whatever a call gives while another thread closes the key was sealed under the key, or it
   * throws.
   */
  @Test
  void closingWhileOthersSeal() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(4);
        Xaes256Gcm reader = Xaes256Gcm.takeOwnershipOf(key(5))) {
      for (int round = 0; round < 200; round++) {
        Xaes256Gcm cipher = Xaes256Gcm.takeOwnershipOf(key(5));
        CyclicBarrier start = new CyclicBarrier(4);
        List<Callable<Boolean>> sealers =
            Collections.nCopies(
                3,
                () -> {
                  start.await();
                  try {
                    for (int i = 0; i < 20; i++) {
                      reader.open(Bytes.EMPTY, cipher.seal(Bytes.EMPTY, Bytes.fromHex("01")));
                    }
                    return true;
                  } catch (IllegalStateException e) {
                    return true;
                  }
                });
        List<Future<Boolean>> running = new ArrayList<>();
        sealers.forEach(sealer -> running.add(pool.submit(sealer)));
        start.await();
        cipher.close();
        for (Future<Boolean> done : running) {
          assertTrue(done.get());
        }
      }
    }
  }
}
