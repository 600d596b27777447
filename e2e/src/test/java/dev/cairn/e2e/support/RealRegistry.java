package dev.cairn.e2e.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A real schema registry (Apicurio with Confluent's interface), a process of its own on loopback.
 * Its schemas and their ids stay when it stops, and it comes back on the same port.
 */
public final class RealRegistry implements AutoCloseable {
  private static final String PATH = "/apis/ccompat/v7";
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  private final Path directory;
  private final List<Integer> ports;
  private Process process;

  private RealRegistry(Path directory, List<Integer> ports, Process process) {
    this.directory = directory;
    this.ports = ports;
    this.process = process;
  }

  /**
   * Starts one over {@code directory}; returns when it answers. Skips the test on a machine without
   * it, see {@link Tools}.
   */
  public static RealRegistry start(Path directory) throws Exception {
    List<Integer> ports = Ports.free(2);
    RealRegistry registry = new RealRegistry(directory, ports, launch(directory, ports));
    try {
      registry.awaitAnswer();
      return registry;
    } catch (Throwable e) {
      registry.kill();
      throw e;
    }
  }

  private static Process launch(Path directory, List<Integer> ports) throws IOException {
    Path program = Tools.installed("apicurio/quarkus-run.jar");
    Files.createDirectories(directory);
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.http.port=" + ports.get(0),
            // Otherwise it opens 9000 to everybody.
            "-Dquarkus.management.host=127.0.0.1",
            "-Dquarkus.management.port=" + ports.get(1),
            "-Dapicurio.datasource.url=jdbc:h2:file:" + directory.resolve("schemas"),
            "-Dquarkus.log.file.enable=false",
            "-jar",
            program.toString())
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
        .start();
  }

  private void awaitAnswer() throws Exception {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build()) {
      HttpRequest subjects =
          HttpRequest.newBuilder(URI.create(url() + "/subjects"))
              .timeout(Duration.ofSeconds(30))
              .build();
      Await.until(
          "the registry answers",
          START_LIMIT,
          () -> {
            if (!process.isAlive()) {
              throw new AssertionError(
                  "the registry ended:\n" + Files.readString(directory.resolve("log")));
            }
            try {
              return http.send(subjects, HttpResponse.BodyHandlers.discarding()).statusCode()
                  == 200;
            } catch (IOException notYet) {
              return false;
            }
          });
    }
  }

  /** What belongs into {@code schema.registry.url}. */
  public String url() {
    return "http://127.0.0.1:" + ports.get(0) + PATH;
  }

  /** The path of its interface, for a front of another address. */
  public static String path() {
    return PATH;
  }

  public int port() {
    return ports.get(0);
  }

  /** The registry's part of a {@code provider.properties}. */
  public Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("schema.registry.url", url());
    return properties;
  }

  /** Starts it again after it was stopped or killed; same port, same schemas. */
  public void restart() throws Exception {
    if (process.isAlive()) {
      throw new IllegalStateException("the registry is running");
    }
    process = launch(directory, ports);
    awaitAnswer();
  }

  /** Sends SIGKILL and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to end, and makes it end when it does not. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
