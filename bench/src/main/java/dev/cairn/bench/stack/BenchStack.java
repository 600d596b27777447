package dev.cairn.bench.stack;

import dev.cairn.config.InvalidConfigException;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.provider.config.ProviderConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code cairn local} in a process of its own: one broker that flushes every append of a log, S3
 * over plain files, recovery service, compactor.
 */
public final class BenchStack implements AutoCloseable {
  private static final int START_SECONDS = 120;
  private static final int STOP_SECONDS = 60;

  private final Path data;
  private final Process process;

  private BenchStack(Path data, Process process) {
    this.data = data;
    this.process = process;
  }

  /** Starts it, and waits until it answers. */
  public static BenchStack start(Path work) throws IOException, InterruptedException {
    Path data = Files.createDirectories(work).resolve("provider");
    Path output = work.resolve("provider.log");
    Process process =
        JavaProgram.start(
            "dev.cairn.cli.Cairn",
            List.of("-Xmx2g"),
            List.of("local", "--data", data.toString()),
            output);
    BenchStack stack = new BenchStack(data, process);
    for (int i = 0; i < START_SECONDS * 10; i++) {
      if (Files.exists(data.resolve("owner.properties"))) {
        return stack;
      }
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        throw new IOException("The provider did not start; what it said is in " + output);
      }
    }
    stack.close();
    throw new IOException("The provider was not ready in time; what it said is in " + output);
  }

  /** What owners configure. */
  public OwnerConfig owner() {
    return OwnerConfig.read(data.resolve("owner.properties"));
  }

  /** What its services configure. */
  public ProviderConfig provider() throws IOException {
    try {
      return ProviderConfig.load(data.resolve("provider.properties"));
    } catch (InvalidConfigException e) {
      throw new IOException(e);
    }
  }

  /** Its process. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
