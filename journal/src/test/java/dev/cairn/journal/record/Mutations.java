package dev.cairn.journal.record;

import java.util.Arrays;
import java.util.Random;

/** What may happen to bytes on their way. */
public final class Mutations {
  private Mutations() {}

  /** Some flips, overwrites, cuts, insertions and repetitions. */
  public static byte[] mutate(Random random, byte[] bytes) {
    byte[] result = bytes.clone();
    for (int times = 1 + random.nextInt(3); times > 0 && result.length > 0; times--) {
      int at = random.nextInt(result.length);
      switch (random.nextInt(6)) {
        case 0, 1 -> result[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> result[at] = (byte) random.nextInt();
        case 3 -> result = Arrays.copyOf(result, at);
        case 4 -> {
          byte[] longer = new byte[result.length + 1 + random.nextInt(9)];
          random.nextBytes(longer);
          System.arraycopy(result, 0, longer, 0, at);
          System.arraycopy(
              result, at, longer, longer.length - (result.length - at), result.length - at);
          result = longer;
        }
        default -> {
          int length = random.nextInt(Math.min(64, result.length - at) + 1);
          int to = random.nextInt(result.length - length + 1);
          System.arraycopy(result, at, result, to, length);
        }
      }
    }
    return result;
  }
}
