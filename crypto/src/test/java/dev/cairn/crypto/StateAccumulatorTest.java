package dev.cairn.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.SICBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.api.Test;

class StateAccumulatorTest {
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(16);

  private static List<Bytes> elements(long seed, int count) {
    Random random = new Random(seed);
    List<Bytes> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] element = new byte[32];
      random.nextBytes(element);
      elements.add(Bytes.wrap(element));
    }
    return elements;
  }

  /** LtHash16 once more, on Bouncy Castle's AES and big integers, lane by lane. */
  private static final class Independent {
    final BigInteger[] lanes = new BigInteger[1024];

    Independent() {
      Arrays.fill(lanes, BigInteger.ZERO);
    }

    void fold(Bytes element, int sign) {
      var aes = SICBlockCipher.newInstance(AESEngine.newInstance());
      aes.init(true, new ParametersWithIV(new KeyParameter(element.toByteArray()), new byte[16]));
      byte[] stream = new byte[2048];
      aes.processBytes(new byte[2048], 0, 2048, stream, 0);
      for (int i = 0; i < 1024; i++) {
        BigInteger lane =
            BigInteger.valueOf((stream[2 * i] & 0xff) + 256L * (stream[2 * i + 1] & 0xff));
        lanes[i] = lanes[i].add(lane.multiply(BigInteger.valueOf(sign))).mod(MODULUS);
      }
    }

    Bytes bytes() {
      byte[] bytes = new byte[2048];
      for (int i = 0; i < 1024; i++) {
        int lane = lanes[i].intValueExact();
        bytes[2 * i] = (byte) lane;
        bytes[2 * i + 1] = (byte) (lane >>> 8);
      }
      return Bytes.wrap(bytes);
    }
  }

  @Test
  void asAnIndependentImplementation() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Bytes> elements = elements(seed, 200);
    StateAccumulator accumulator = new StateAccumulator();
    Independent independent = new Independent();
    for (Bytes element : elements) {
      if (random.nextInt(3) == 0) {
        accumulator.subtract(element);
        independent.fold(element, -1);
      } else {
        accumulator.add(element);
        independent.fold(element, 1);
      }
      assertEquals(independent.bytes(), accumulator.toBytes(), () -> "seed " + seed);
    }
    assertEquals(
        Sha256.hash(Bytes.fromHex("0000000d"), Bytes.utf8("cairn/1/state"), independent.bytes()),
        accumulator.digest(),
        () -> "seed " + seed);
  }

  @Test
  void orderDoesNotMatter() {
    long seed = System.nanoTime();
    List<Bytes> elements = elements(seed, 100);
    StateAccumulator first = new StateAccumulator();
    elements.forEach(first::add);
    for (int round = 0; round < 5; round++) {
      Collections.shuffle(elements, new Random(seed + round));
      StateAccumulator other = new StateAccumulator();
      elements.forEach(other::add);
      assertEquals(first.digest(), other.digest(), () -> "seed " + seed);
    }
  }

  @Test
  void subtractingIsTheInverse() {
    long seed = System.nanoTime();
    List<Bytes> kept = elements(seed, 50);
    List<Bytes> gone = elements(seed + 1, 50);
    StateAccumulator expected = new StateAccumulator();
    kept.forEach(expected::add);
    StateAccumulator accumulator = new StateAccumulator();
    gone.forEach(accumulator::subtract);
    kept.forEach(accumulator::add);
    gone.forEach(accumulator::add);
    assertEquals(expected.digest(), accumulator.digest(), () -> "seed " + seed);
    kept.forEach(accumulator::subtract);
    assertEquals(new StateAccumulator().toBytes(), accumulator.toBytes(), () -> "seed " + seed);
  }

  @Test
  void partsCombine() {
    List<Bytes> elements = elements(5, 90);
    StateAccumulator whole = new StateAccumulator();
    elements.forEach(whole::add);
    StateAccumulator left = new StateAccumulator();
    StateAccumulator right = new StateAccumulator();
    for (int i = 0; i < elements.size(); i++) {
      (i % 2 == 0 ? left : right).add(elements.get(i));
    }
    Bytes rightBefore = right.toBytes();
    left.combine(right);
    assertEquals(whole.toBytes(), left.toBytes());
    assertEquals(rightBefore, right.toBytes());
    assertEquals(left.toBytes(), StateAccumulator.fromBytes(left.toBytes()).toBytes());
  }

  @Test
  void everyElementCounts() {
    List<Bytes> elements = elements(6, 2);
    StateAccumulator accumulator = new StateAccumulator();
    accumulator.add(elements.get(0));
    StateAccumulator copy = accumulator.copy();
    copy.add(elements.get(1));
    assertNotEquals(accumulator.digest(), copy.digest());
    for (Bytes altered : Tampering.everyAlteration(elements.get(0))) {
      if (altered.size() == 32) {
        StateAccumulator other = new StateAccumulator();
        other.add(altered);
        assertNotEquals(accumulator.digest(), other.digest());
      } else {
        assertThrows(IllegalArgumentException.class, () -> accumulator.add(altered));
        assertThrows(IllegalArgumentException.class, () -> accumulator.subtract(altered));
      }
    }
  }

  @Test
  void wrongSizes() {
    assertThrows(
        IllegalArgumentException.class,
        () -> StateAccumulator.fromBytes(Bytes.wrap(new byte[2047])));
    assertThrows(
        IllegalArgumentException.class,
        () -> StateAccumulator.fromBytes(Bytes.wrap(new byte[2049])));
  }
}
