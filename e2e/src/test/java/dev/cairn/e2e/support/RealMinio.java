package dev.cairn.e2e.support;

import dev.cairn.provider.store.MinioObjectStore;
import dev.cairn.provider.store.S3Location;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A real MinIO process on loopback, with the bucket {@code cairn}. Its data stays where it is when
 * it stops, and it comes back on the same port.
 */
public final class RealMinio implements AutoCloseable {
  private static final String BUCKET = "cairn";
  private static final String USER = "cairn-test";
  private static final String PASSWORD = "a secret of this test alone";
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final Path directory;
  private final int port;
  private Process process;

  private RealMinio(Path directory, int port, Process process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts it over {@code directory}; returns when it answers and the bucket is there. Skips the
   * test on a machine without MinIO, see {@link Tools}.
   */
  public static RealMinio start(Path directory) throws Exception {
    int port = Ports.free(1).getFirst();
    RealMinio minio = new RealMinio(directory, port, launch(directory, port));
    try {
      minio.awaitHealth();
      try (MinioObjectStore store = minio.openStore()) {
        store.createBucketIfAbsent();
      }
      return minio;
    } catch (Throwable e) {
      minio.kill();
      throw e;
    }
  }

  private static Process launch(Path directory, int port) throws IOException {
    Path program = Tools.program("minio");
    Files.createDirectories(directory);
    ProcessBuilder builder =
        new ProcessBuilder(
            program.toString(),
            "server",
            directory.resolve("data").toString(),
            "--address",
            "127.0.0.1:" + port,
            "--console-address",
            "127.0.0.1:0");
    builder.environment().put("MINIO_ROOT_USER", USER);
    builder.environment().put("MINIO_ROOT_PASSWORD", PASSWORD);
    builder.environment().put("MINIO_BROWSER", "off");
    builder.environment().put("HOME", directory.toString());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("minio.log").toFile()))
        .start();
  }

  private void awaitHealth() throws Exception {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build()) {
      HttpRequest live =
          HttpRequest.newBuilder(URI.create(endpoint() + "/minio/health/live"))
              .timeout(Duration.ofSeconds(10))
              .build();
      Await.until(
          "MinIO answers",
          START_LIMIT,
          () -> {
            if (!process.isAlive()) {
              throw new AssertionError(
                  "MinIO ended:\n" + Files.readString(directory.resolve("minio.log")));
            }
            try {
              return http.send(live, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException notYet) {
              return false;
            }
          });
    }
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /** Where its bucket is, with every right. */
  public S3Location location() {
    return location(port);
  }

  /** The same through another port, for example of a proxy. */
  public S3Location location(int throughPort) {
    return new S3Location("http://127.0.0.1:" + throughPort, "us-east-1", BUCKET, USER, PASSWORD);
  }

  /** Opens the bucket; the caller closes it. */
  public MinioObjectStore openStore() {
    return new MinioObjectStore(location());
  }

  /** The storage's part of a {@code provider.properties}. */
  public Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("s3.endpoint", endpoint());
    properties.setProperty("s3.bucket", BUCKET);
    properties.setProperty("s3.access.key", USER);
    properties.setProperty("s3.secret.key", PASSWORD);
    return properties;
  }

  public Process process() {
    return process;
  }

  /** Starts it again after it was stopped or killed; same port, same data. */
  public void restart() throws Exception {
    if (process.isAlive()) {
      throw new IllegalStateException("MinIO is running");
    }
    process = launch(directory, port);
    awaitHealth();
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
