package dev.cairn.e2e.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.keyserver.api.ApiFile;
import dev.cairn.schemas.http.HttpJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads a keyserver's stream of receipts. */
final class EventReader implements AutoCloseable {
  private final HttpClient http;
  private final BufferedReader lines;

  private EventReader(HttpClient http, InputStream body) {
    this.http = http;
    this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
  }

  static EventReader open(Path home) throws Exception {
    ApiFile api = ApiFile.read(home).orElseThrow();
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    return new EventReader(
        http,
        http.send(
                HttpRequest.newBuilder(URI.create(api.url() + "/v1/receipts"))
                    .header("Authorization", "Bearer " + api.token())
                    .build(),
                BodyHandlers.ofInputStream())
            .body());
  }

  /** The data of the next event. */
  JsonNode next() throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith("data: ")) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException("the events have ended");
    }
    return HttpJson.lenient().readTree(line.substring("data: ".length()));
  }

  @Override
  public void close() throws IOException {
    lines.close();
    http.shutdownNow();
  }
}
