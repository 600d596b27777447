package dev.cairn.e2e.rebase;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.rebase.RebaseListener;
import dev.cairn.keyserver.rebase.RebaseStep;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A keyserver that writes, rebases, and dies at each step. */
class RebaseCrashIT {
  private static final int BEFORE = 60;

  @TempDir static Path data;
  private static OwnerBench bench;

  @TempDir Path directory;

  @BeforeAll
  static void start() throws Exception {
    bench = OwnerBench.start(data.resolve("stack"));
  }

  @AfterAll
  static void stop() throws Exception {
    bench.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = RebaseStep.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "SEALED",
        "PASS_UPLOADED",
        "KEY_WRITTEN",
        "BUNDLE_HOLDS_BOTH",
        "BUNDLE_HOLDS_NEW",
        "OLD_KEY_REMOVED"
      })
  void aRebaseHaltedAtAnyStepLosesNothing(RebaseStep step) throws Exception {
    halted(step, false);
  }

  @ParameterizedTest
  @EnumSource(
      value = RebaseStep.class,
      names = {
        "KEY_WRITTEN",
        "BUNDLE_HOLDS_BOTH",
        "DECIDED",
        "PUBLISHED",
        "BUNDLE_HOLDS_NEW",
        "OLD_KEY_REMOVED"
      })
  void aRotationHaltedAtAnyStepLosesNothing(RebaseStep step) throws Exception {
    halted(step, true);
  }

  private void halted(RebaseStep step, boolean rotation) throws Exception {
    String username = bench.newName();
    Path home = directory.resolve("home");
    UserId userId = bench.init(home, username);
    try (Keyserver keyserver = Keyserver.open(home)) {
      OwnerBench.write(keyserver, 0, BEFORE);
    }
    String printed = halt(home, step, rotation);
    int durable = HaltLines.greatest(printed, 'D');
    int backedUp = HaltLines.greatest(printed, 'B');

    // What was backed up can be recovered as it is now, whatever the home was about to do.
    bench.drill(directory.resolve("drill"), username);
    assertHolds(backedUp, OwnerBench.contents(directory.resolve("drill")));

    SortedMap<String, Bytes> contents;
    try (Keyserver keyserver = Keyserver.open(home)) {
      keyserver.drain(OwnerBench.PATIENCE);
      contents = OwnerBench.contents(keyserver);
      assertHolds(durable, contents);
      long epoch = keyserver.localStatus().epoch();
      boolean decided = step.compareTo(RebaseStep.DECIDED) >= 0;
      assertEquals(decided ? 2 : 1, epoch, "whether the rebase was decided");
      if (rotation) {
        assertEquals(decided ? 2 : 1, keyserver.localStatus().keyVersion());
        rotate(keyserver); // goes on, or brings it to its end
        assertEquals(
            step == RebaseStep.OLD_KEY_REMOVED ? 3 : 2, keyserver.localStatus().keyVersion());
      } else {
        keyserver.rebase(OwnerBench.PATIENCE, RebaseListener.NONE);
        assertEquals(epoch + 1, keyserver.localStatus().epoch());
      }
      assertEquals(contents, OwnerBench.contents(keyserver));
    }
    assertEquals(List.of(), bench.verify(userId).problems());
    Path recovered = directory.resolve("recovered");
    bench.recover(recovered, username);
    assertEquals(contents, OwnerBench.contents(recovered));
  }

  private static void rotate(Keyserver keyserver) throws InterruptedException {
    try (SecretBytes password = OwnerBench.password()) {
      keyserver.rotate(password, OwnerBench.PATIENCE, RebaseListener.NONE);
    }
  }

  private String halt(Path home, RebaseStep step, boolean rotation) throws Exception {
    try (CairnProcess child =
        CairnProcess.startClass(
            directory.resolve("logs"),
            HaltingRebase.class.getName(),
            List.of("-Xmx256m"),
            List.of(
                home.toString(),
                step.name(),
                Integer.toString(BEFORE),
                rotation ? "rotate" : "rebase"))) {
      return child.await(OwnerBench.PATIENCE).expect(HaltingRebase.HALTED).out();
    }
  }

  /** Whether everything that the transactions up to that one did is there, or later changes. */
  private static void assertHolds(int last, Map<String, Bytes> contents) {
    SortedMap<String, Bytes> expected = new TreeMap<>();
    for (int n = 0; n <= last; n++) {
      for (var change : OwnerBench.transaction(n).changes()) {
        ObjectName name = change.name();
        String key = name.collection() + "/" + name.id();
        if (change instanceof dev.cairn.keyserver.Put put) {
          expected.put(key, put.value().content());
        } else {
          expected.remove(key);
        }
      }
    }
    // Transactions after the last known one may have deleted its neighbour and overwritten j.
    expected.keySet().removeIf(key -> key.startsWith("j/"));
    expected.remove("c/" + last);
    expected.forEach((key, value) -> assertEquals(value, contents.get(key), key));
    assertTrue(contents.size() >= expected.size(), "something is missing");
  }
}
