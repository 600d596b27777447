package dev.cairn.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The demo's own directory, which goes when the demo ends, however it ends. */
final class WorkDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkDirectory.class);

  private final Path path;
  private final boolean keep;

  private WorkDirectory(Path path, boolean keep) {
    this.path = path;
    this.keep = keep;
  }

  static WorkDirectory create(boolean keep) throws IOException {
    Path path = Files.createTempDirectory("cairn-demo-");
    WorkDirectory directory = new WorkDirectory(path, keep);
    // Ctrl-C ends the process from anywhere.
    Runtime.getRuntime().addShutdownHook(new Thread(directory::close, "clean-up"));
    return directory;
  }

  Path path() {
    return path;
  }

  /** Where it stays, if it stays. */
  Optional<Path> kept() {
    return keep ? Optional.of(path) : Optional.empty();
  }

  @Override
  public void close() {
    if (!keep) {
      try {
        delete(path);
      } catch (IOException | UncheckedIOException e) {
        LOG.warn("The demo's directory {} could not be deleted", path, e);
      }
    }
  }

  /** Deletes a directory and everything in it; files that go meanwhile are fine. */
  static void delete(Path directory) throws IOException {
    if (Files.notExists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("Something went by itself", e);
    }
  }
}
