package dev.cairn.e2e.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.e2e.support.LocalProcess;
import dev.cairn.keyserver.service.OwnerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL of the whole embedded provider while a keyserver writes to it, which goes on by itself.
 */
final class KillStackIT {
  private static final int ROUNDS = Boolean.getBoolean("cairn.soak") ? 40 : 3;

  @TempDir Path directory;

  @Test
  void theStackComesBackOnTheSamePortsWithAllThatItAcknowledged() throws Exception {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    System.out.println("KillStackIT: -Dcairn.seed=" + seed);
    Random random = new Random(seed);
    Path data = directory.resolve("stack");
    Path logs = directory.resolve("stack-logs");
    LocalProcess stack = LocalProcess.start(data, logs);
    try {
      String owner = Files.readString(Path.of(stack.ownerProperties()));
      KillRounds rounds =
          new KillRounds(
              directory, OwnerConfig.read(Path.of(stack.ownerProperties())), "outlives", seed);
      try (CairnProcess writer = rounds.startWriter()) {
        for (int round = 0; round < ROUNDS; round++) {
          awaitBackedUp(
              writer, Receipts.parse(writer.out()).highestBackedUp() + 1 + random.nextInt(200));
          stack.kill();
          long backedUp = Receipts.parse(writer.out()).highestBackedUp();
          stack = LocalProcess.start(data, logs);
          assertEquals(
              withoutComments(owner),
              withoutComments(Files.readString(Path.of(stack.ownerProperties()))));
          rounds.checkRecovery(backedUp);
          awaitBackedUp(writer, backedUp + 1);
        }
        assertTrue(writer.process().isAlive(), "the keyserver outlives its provider");
      }
    } finally {
      stack.close();
    }
  }

  private static void awaitBackedUp(CairnProcess writer, long number) throws Exception {
    Await.until(
        "transaction " + number + " is backed up",
        Duration.ofSeconds(90),
        () -> {
          assertTrue(writer.process().isAlive(), () -> writer.out() + writer.err());
          return Receipts.parse(writer.out()).highestBackedUp() >= number;
        });
  }

  private static String withoutComments(String properties) {
    return properties.replaceAll("(?m)^#.*\\R", "");
  }
}
