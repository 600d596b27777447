package dev.cairn.keyserver.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.keyserver.api.ApiFile;
import dev.cairn.schemas.http.HttpJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks a daemon over HTTP, as any program would, or byte by byte. */
final class Caller implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI url;
  private final String token;

  Caller(Path home) throws IOException {
    ApiFile api = ApiFile.read(home).orElseThrow();
    this.url = api.url();
    this.token = api.token();
  }

  record Answer(int status, String body) {
    JsonNode json() throws IOException {
      return HttpJson.strict().readTree(body);
    }

    String code() throws IOException {
      return json().path("code").asText();
    }
  }

  URI url() {
    return url;
  }

  String token() {
    return token;
  }

  Answer get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url + path)).GET(), token);
  }

  Answer post(String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(url + path)).POST(BodyPublishers.ofString(body)), token);
  }

  Answer as(String otherToken, String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url + path)).GET(), otherToken);
  }

  private Answer send(HttpRequest.Builder request, String bearer) throws Exception {
    if (!bearer.isEmpty()) {
      request.header("Authorization", "Bearer " + bearer);
    }
    var answer = http.send(request.build(), BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body());
  }

  /** Opens a connection and writes this to it. */
  Socket raw(String bytes) throws IOException {
    Socket socket = new Socket(url.getHost(), url.getPort());
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  /** Everything that comes until the other side closes. */
  static String all(Socket socket) throws IOException {
    try (socket;
        InputStream in = socket.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
