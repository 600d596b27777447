package dev.cairn.e2e.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.Ports;
import dev.cairn.e2e.support.Tools;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real Prometheus on loopback, scraping every second, with the rules of {@code docker/}. */
final class Prometheus implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final URI url;

  private Prometheus(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Starts it; {@code jobs} says where each job's processes answer. */
  static Prometheus start(Path directory, Map<String, List<URI>> jobs) throws Exception {
    Path program = Tools.program("prometheus");
    Files.createDirectories(directory);
    StringBuilder config =
        new StringBuilder(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: ["
                + Path.of("..", "docker", "prometheus", "alerts.yml").toRealPath()
                + "]\nscrape_configs:\n");
    jobs.forEach((job, targets) ->
        config
            .append("  - job_name: ")
            .append(job)
            .append("\n    static_configs: [{targets: [")
            .append(
                String.join(
                    ", ", targets.stream().map(it -> "'" + it.getAuthority() + "'").toList()))
            .append("]}]\n"));
    Path file = Files.writeString(directory.resolve("prometheus.yml"), config);
    int port = Ports.free(1).getFirst();
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--config.file=" + file,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("prometheus.log").toFile())
            .start();
    Prometheus prometheus = new Prometheus(process, URI.create("http://127.0.0.1:" + port));
    try {
      Await.until("Prometheus is ready", Duration.ofMinutes(2), prometheus::isReady);
    } catch (Exception | AssertionError e) {
      prometheus.close();
      throw e;
    }
    return prometheus;
  }

  private boolean isReady() throws InterruptedException {
    try {
      return get("/-/ready").statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The answer to an instant query. */
  JsonNode query(String expression) throws Exception {
    return answer(
        "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8), expression);
  }

  /** Every target's health, with what it last said. */
  JsonNode targets() throws Exception {
    return answer("/api/v1/targets", "targets").path("activeTargets");
  }

  /** The groups of rules as loaded. */
  JsonNode ruleGroups() throws Exception {
    return answer("/api/v1/rules", "rules").path("groups");
  }

  private JsonNode answer(String path, String what) throws Exception {
    HttpResponse<String> response = get(path);
    JsonNode body = JSON.readTree(response.body());
    if (!body.path("status").asText().equals("success")) {
      throw new AssertionError(what + ": " + response.body());
    }
    return body.path("data");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(url.resolve(path)).timeout(Duration.ofMinutes(1)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    client.close();
  }
}
