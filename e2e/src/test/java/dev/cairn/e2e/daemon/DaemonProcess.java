package dev.cairn.e2e.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.keyserver.api.ApiFile;
import dev.cairn.schemas.http.HttpJson;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code cairn keyserver run} in a child process, and any program that asks it. */
final class DaemonProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final CairnProcess process;
  private final ApiFile api;

  private DaemonProcess(CairnProcess process, ApiFile api) {
    this.process = process;
    this.api = api;
  }

  record Answer(int status, String body) {
    JsonNode json() throws Exception {
      return HttpJson.lenient().readTree(body);
    }
  }

  /** Starts it and returns when it says that it is ready. */
  static DaemonProcess start(Path home, Path logs, String... options) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("keyserver", "run", "--home", home.toString()));
    arguments.addAll(List.of(options));
    CairnProcess process = CairnProcess.start(logs, arguments);
    Await.until(
        "the keyserver's process is ready",
        LIMIT,
        () -> {
          if (!process.process().isAlive()) {
            throw new AssertionError("it ended\n" + process.out() + "\n" + process.err());
          }
          return process.out().contains("keyserver on ");
        });
    return new DaemonProcess(process, ApiFile.read(home).orElseThrow());
  }

  URI url() {
    return api.url();
  }

  CairnProcess process() {
    return process;
  }

  Answer get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(api.url() + path)).GET());
  }

  Answer post(String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(api.url() + path)).POST(BodyPublishers.ofString(body)));
  }

  private Answer send(HttpRequest.Builder request) throws Exception {
    var answer =
        HTTP.send(
            request.header("Authorization", "Bearer " + api.token()).build(),
            BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body());
  }

  /** Tells it to end, as an operator does, and waits until it has. */
  CairnProcess.Outcome terminate() throws Exception {
    process.process().destroy();
    return process.await(LIMIT);
  }

  void kill() throws InterruptedException {
    process.kill();
  }

  /** How it ended, if it has. */
  Optional<Integer> exit() {
    return process.process().isAlive()
        ? Optional.empty()
        : Optional.of(process.process().exitValue());
  }

  @Override
  public void close() {
    process.close();
  }
}
