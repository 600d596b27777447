package dev.cairn.e2e.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** The service as an attacker talks to it: without any client's rules. */
final class RawService implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What came back. */
  record Reply(int status, JsonNode body) {
    String code() {
      return body.path("code").asText();
    }

    String text(String field) {
      return body.path(field).asText();
    }
  }

  private final URI address;
  private final HttpClient http = HttpClient.newHttpClient();

  RawService(int port) {
    this.address = URI.create("http://127.0.0.1:" + port);
  }

  Reply post(String path, String body, Map<String, String> headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(Duration.ofMinutes(2))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return reply(request.build());
  }

  Reply get(String path, String token) throws Exception {
    return reply(
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(Duration.ofMinutes(2))
            .header("Authorization", "Bearer " + token)
            .build());
  }

  private Reply reply(HttpRequest request) throws Exception {
    HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
    byte[] body = response.body();
    boolean json = body.length > 0 && body[0] == '{';
    return new Reply(response.statusCode(), json ? JSON.readTree(body) : JSON.createObjectNode());
  }

  @Override
  public void close() {
    http.close();
  }
}
