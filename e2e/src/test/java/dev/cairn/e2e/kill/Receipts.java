package dev.cairn.e2e.kill;

import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link LoadWriter} said before it was killed. A last line without its end is not counted.
 */
record Receipts(
    long startedBehind, List<Long> durable, List<Long> backedUp, List<String> failures) {
  static Receipts parse(String output) {
    long startedBehind = Long.MIN_VALUE;
    List<Long> durable = new ArrayList<>();
    List<Long> backedUp = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    String whole = output.substring(0, output.lastIndexOf('\n') + 1);
    for (String line : whole.split("\n", -1)) {
      if (line.startsWith("S ")) {
        startedBehind = Long.parseLong(line.substring(2));
      } else if (line.startsWith("D ")) {
        durable.add(Long.parseLong(line.substring(2)));
      } else if (line.startsWith("B ")) {
        backedUp.add(Long.parseLong(line.substring(2)));
      } else if (!line.isEmpty()) {
        failures.add(line);
      }
    }
    return new Receipts(startedBehind, durable, backedUp, failures);
  }

  long highestDurable() {
    return durable.stream().mapToLong(Long::longValue).max().orElse(startedBehind);
  }

  long highestBackedUp() {
    return backedUp.stream().mapToLong(Long::longValue).max().orElse(-1);
  }
}
