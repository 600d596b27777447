package dev.cairn.e2e.rebase;

import dev.cairn.crypto.SecretBytes;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.rebase.RebaseListener;
import dev.cairn.keyserver.rebase.RebaseStep;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Main class of a child process: a rebase under load, which halts the process at a step.
 *
 * <p>Prints {@code D n} when transaction n is durable and {@code B n} when it is backed up.
 */
public final class HaltingRebase {
  /** Exit code of a process that was halted at the step. */
  public static final int HALTED = 87;

  private HaltingRebase() {}

  /** Arguments: home, step, number of the first transaction, rebase or rotate. */
  public static void main(String[] arguments) throws Exception {
    RebaseStep at = RebaseStep.valueOf(arguments[1]);
    RebaseListener halting =
        new RebaseListener() {
          @Override
          public void reached(RebaseStep step) {
            if (step == at) {
              Runtime.getRuntime().halt(HALTED);
            }
          }
        };
    try (Keyserver keyserver = Keyserver.open(Path.of(arguments[0]))) {
      Thread load = new Thread(() -> write(keyserver, Integer.parseInt(arguments[2])), "load");
      load.setDaemon(true);
      load.start();
      if (arguments[3].equals("rotate")) {
        try (SecretBytes password = OwnerBench.password()) {
          keyserver.rotate(password, Duration.ofMinutes(2), halting);
        }
      } else {
        keyserver.rebase(Duration.ofMinutes(2), halting);
      }
    }
  }

  private static void write(Keyserver keyserver, int first) {
    for (int n = first; ; n++) {
      int number = n;
      var receipt = keyserver.transact(OwnerBench.transaction(number));
      var unused = receipt.backedUp().thenRun(() -> HaltLines.print("B " + number));
      receipt.durable().join();
      HaltLines.print("D " + number);
    }
  }
}
