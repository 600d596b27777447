package dev.cairn.e2e.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.SecretBytes;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.recover.ProgressListener;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.recover.RecoveryReport;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.setup.Registration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One account under load, and what must hold of its backup at any moment. */
final class KillRounds {
  private static final String PASSWORD = "nine green bottles 73 hanging";

  private final Path directory;
  private final Path home;
  private final OwnerConfig config;
  private final String username;
  private final long seed;
  private int recoveries;

  KillRounds(Path directory, OwnerConfig config, String username, long seed) {
    this.directory = directory;
    this.home = directory.resolve("home");
    this.config = config;
    this.username = username;
    this.seed = seed;
    try (SecretBytes password = password()) {
      Registration.init(home, config, username, password);
    }
  }

  CairnProcess startWriter() throws IOException {
    return CairnProcess.startClass(
        directory.resolve("logs"),
        LoadWriter.class.getName(),
        List.of("-Xmx256m"),
        List.of(home.toString(), Long.toString(seed)));
  }

  /**
   * Recovers elsewhere, and checks that everything up to {@code backedUp} is there, in order, once,
   * and that what is there beyond it is whole and without a hole.
   *
   * @return the last transaction that was recovered
   */
  long checkRecovery(long backedUp) {
    Path elsewhere = directory.resolve("recovered-" + recoveries++);
    RecoveryReport report;
    try (SecretBytes password = password()) {
      report =
          Recovery.recover(
              RecoverOptions.of(elsewhere, config, username).withReadOnly(true),
              password,
              ProgressListener.NONE);
    }
    assertEquals(List.of(), report.warnings());
    try (Keyserver recovered = Keyserver.open(elsewhere, KeyserverOptions.reading())) {
      long last = LoadWriter.last(recovered);
      assertTrue(last >= backedUp, "backed up to " + backedUp + ", recovered to " + last);
      Set<Long> numbers = new TreeSet<>();
      recovered.list(
          Optional.of(LoadWriter.LOG), (ObjectName name) -> numbers.add(Long.parseLong(name.id())));
      assertEquals(last + 1, numbers.size(), "transactions 0 to " + last + " leave an object each");
      for (long number : numbers) {
        Value value =
            recovered
                .get(LoadWriter.LOG, Long.toString(number))
                .orElseThrow(() -> new AssertionError("lost: " + number));
        assertEquals(Value.bytes(LoadWriter.content(seed, number)), value, "content of " + number);
      }
      assertEquals(last + 1, report.sequence(), "each transaction once");
      return last;
    }
  }

  private static SecretBytes password() {
    return SecretBytes.takeOwnershipOf(PASSWORD.getBytes(StandardCharsets.UTF_8));
  }
}
