package dev.cairn.bench.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What a process has taken so far, as Linux counts it.
 *
 * @param memoryKiB resident
 * @param descriptors that are open
 * @param cpu processor time since its start
 */
public record ProcessFigures(long memoryKiB, long descriptors, Duration cpu) {
  /** Reads them. */
  public static ProcessFigures of(ProcessHandle process) throws IOException {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    long memory = 0;
    for (String line : Files.readAllLines(proc.resolve("status"))) {
      if (line.startsWith("VmRSS:")) {
        memory = Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
      return new ProcessFigures(
          memory, open.count(), process.info().totalCpuDuration().orElse(Duration.ZERO));
    }
  }
}
