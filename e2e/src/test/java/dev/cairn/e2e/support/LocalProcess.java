package dev.cairn.e2e.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code cairn local} in a child process: the whole embedded stack as a user starts it. */
public final class LocalProcess implements AutoCloseable {
  private final Path data;
  private final CairnProcess process;

  private LocalProcess(Path data, CairnProcess process) {
    this.data = data;
    this.process = process;
  }

  /** Starts the stack on {@code data} and returns when it says that it is ready. */
  public static LocalProcess start(Path data, Path logs) throws Exception {
    Path owner = data.resolve("owner.properties");
    Files.deleteIfExists(owner);
    CairnProcess process =
        CairnProcess.startClass(
            logs,
            "dev.cairn.cli.Cairn",
            List.of("-Xmx1g"),
            List.of("local", "--data", data.toString()));
    try {
      Await.until(
          "local is ready",
          Duration.ofSeconds(90),
          () -> {
            if (!process.process().isAlive()) {
              throw new AssertionError("local ended\n" + process.out() + "\n" + process.err());
            }
            return Files.exists(owner);
          });
    } catch (Throwable e) {
      process.kill();
      throw e;
    }
    return new LocalProcess(data, process);
  }

  public Path data() {
    return data;
  }

  public String ownerProperties() {
    return data.resolve("owner.properties").toString();
  }

  public String providerProperties() {
    return data.resolve("provider.properties").toString();
  }

  public CairnProcess process() {
    return process;
  }

  /** Sends SIGKILL to the whole stack. */
  public void kill() throws InterruptedException {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }
}
