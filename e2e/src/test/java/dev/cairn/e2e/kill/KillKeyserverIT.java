package dev.cairn.e2e.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.local.LocalStack;
import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.keyserver.service.OwnerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL of a keyserver that writes; recovered elsewhere after each kill, then started again. */
final class KillKeyserverIT {
  private static final int ROUNDS = Boolean.getBoolean("cairn.soak") ? 200 : 10;

  @TempDir Path directory;

  @Test
  void whatWasBackedUpIsRecoveredInOrderOnce() throws Exception {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    System.out.println("KillKeyserverIT: -Dcairn.seed=" + seed);
    Random random = new Random(seed);
    try (LocalStack stack = LocalStack.start(directory.resolve("stack"))) {
      KillRounds rounds =
          new KillRounds(directory, OwnerConfig.read(stack.ownerProperties()), "killed", seed);
      long durable = -1;
      long backedUp = -1;
      for (int round = 0; round < ROUNDS; round++) {
        int untilKill = 1 + random.nextInt(120);
        try (CairnProcess writer = rounds.startWriter()) {
          Await.until(
              untilKill + " transactions backed up in round " + round,
              Duration.ofSeconds(60),
              () -> {
                assertTrue(writer.process().isAlive(), () -> writer.out() + writer.err());
                return Receipts.parse(writer.out()).backedUp().size() >= untilKill;
              });
          writer.kill();
          Receipts receipts = Receipts.parse(writer.out());
          assertTrue(
              receipts.startedBehind() >= durable,
              "durable to " + durable + ", started behind " + receipts.startedBehind());
          assertTrue(receipts.failures().isEmpty(), () -> receipts.failures().toString());
          assertAscending(receipts);
          durable = receipts.highestDurable();
          backedUp = Math.max(backedUp, receipts.highestBackedUp());
        }
        rounds.checkRecovery(backedUp);
      }
    }
  }

  private static void assertAscending(Receipts receipts) {
    assertEquals(
        receipts.backedUp().stream().sorted().toList(),
        receipts.backedUp(),
        "transactions become backed up in order");
  }
}
