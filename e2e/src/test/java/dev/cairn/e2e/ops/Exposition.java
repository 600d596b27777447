package dev.cairn.e2e.ops;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** What a process serves to those who watch it. */
final class Exposition {
  private Exposition() {}

  static HttpResponse<String> get(URI base, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofMinutes(1)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  static String metrics(URI base) throws Exception {
    HttpResponse<String> response = get(base, "/metrics");
    if (response.statusCode() != 200) {
      throw new AssertionError(base + "/metrics answers " + response.statusCode());
    }
    return response.body();
  }

  /** The names of all samples that begin with {@code cairn_}. */
  static Set<String> ours(String text) {
    Set<String> names = new TreeSet<>();
    text.lines()
        .filter(line -> line.startsWith("cairn_"))
        .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
    return names;
  }

  /** The value of a sample, written out as in the text; without labels: the only one. */
  static double value(String text, String sample) {
    return text.lines()
        .filter(line -> line.startsWith(sample + " ") || line.startsWith(sample + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
