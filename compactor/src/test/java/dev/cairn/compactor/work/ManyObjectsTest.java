package dev.cairn.compactor.work;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Memory does not grow with the state. */
class ManyObjectsTest {
  @TempDir Path directory;

  @Test
  void fortyThousandObjectsFitIntoThirtyTwoMegabytes() throws Exception {
    compact(40_000, "-Xmx32m", 2 << 20, 180);
  }

  @Test
  @EnabledIfSystemProperty(named = "cairn.soak", matches = "true")
  void aMillionObjectsFitIntoFiveHundredTwelveMegabytes() throws Exception {
    compact(1_000_000, "-Xmx512m", 64 << 20, 1_200);
  }

  private void compact(int objects, String heap, int budget, int seconds) throws Exception {
    Path out = directory.resolve("out.txt");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    heap,
                    "-cp",
                    System.getProperty("java.class.path"),
                    ManyObjects.class.getName(),
                    directory.toString(),
                    Integer.toString(objects),
                    Integer.toString(budget)))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("still running after " + seconds + " s");
    }
    String said = Files.readString(out);
    assertEquals(0, process.exitValue(), said);
    System.out.println(said);
  }
}
