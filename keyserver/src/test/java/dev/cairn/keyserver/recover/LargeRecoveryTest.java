package dev.cairn.keyserver.recover;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Memory is bounded whatever the state: a child JVM with a small heap recovers it. */
class LargeRecoveryTest {
  @TempDir Path directory;

  @Test
  void aSmallHeapRecoversThirtyThousandObjects() throws Exception {
    recover(30_000, "-Xmx64m");
  }

  @Test
  @EnabledIfSystemProperty(named = "cairn.soak", matches = "true")
  void aSmallHeapRecoversAMillionObjects() throws Exception {
    recover(1_000_000, "-Xmx256m");
  }

  private void recover(int objects, String heap) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    heap,
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path").replace(";", File.pathSeparator),
                    LargeRecovery.class.getName(),
                    directory.toString(),
                    Integer.toString(objects)))
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.print(said);
    assertEquals(0, child.waitFor(), said);
  }
}
