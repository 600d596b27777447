package dev.cairn.e2e.simulation;

import dev.cairn.keyserver.Transaction;
import java.util.Random;

/** Transactions of every shape, over few names, so that they overwrite and delete one another's. */
final class Workload {
  private static final int LARGE = 1_000_000;

  private Workload() {}

  static Transaction transaction(Random random) {
    Transaction.Builder builder = Transaction.builder();
    int kind = random.nextInt(120);
    if (kind == 0) {
      return builder.build();
    }
    if (kind == 1) {
      byte[] large = new byte[LARGE / 2 + random.nextInt(LARGE)];
      random.nextBytes(large);
      return builder.put("large", "" + random.nextInt(2), large).build();
    }
    int changes = kind < 5 ? 60 : 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      String id = "" + random.nextInt(12);
      switch (random.nextInt(4)) {
        case 0 -> builder.delete("c" + random.nextInt(2), id);
        case 1 -> builder.put("c" + random.nextInt(2), id, new byte[random.nextInt(3)]);
        default -> builder.putJson("c" + random.nextInt(2), id, "{\"n\":" + random.nextInt() + "}");
      }
    }
    return builder.build();
  }
}
