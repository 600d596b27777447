package dev.cairn.e2e.wallet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.e2e.support.Tools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Chromium without a screen, with wallets of other people's making in it. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedReader answers;

  private Browser(Process process) {
    this.process = process;
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static Browser start(Path scratch) throws IOException {
    Path modules = Tools.installed("wallet-js/node_modules");
    Path script = scratch.resolve("browser.js");
    try (@Nullable InputStream in = Browser.class.getResourceAsStream("browser.js")) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    ProcessBuilder builder =
        new ProcessBuilder(Tools.program("node").toString(), script.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("NODE_PATH", modules.toString());
    builder.environment().put("CHROMIUM", Tools.program("chromium").toString());
    builder.environment().put("HOME", scratch.toString());
    return new Browser(builder.start());
  }

  /** A wallet of one account. */
  static Map<String, Object> wallet(String name, String key) {
    return Map.of("name", name, "key", key);
  }

  void open(URI page, List<Map<String, Object>> wallets) {
    run("open", Map.of("url", page.toString(), "list", wallets));
  }

  void click(String button) {
    run("click", Map.of("name", button));
  }

  void expect(String text) {
    run("expect", Map.of("text", text));
  }

  void title(String text) {
    run("title", Map.of("text", text));
  }

  JsonNode run(String command, Map<String, ?> options) {
    ObjectNode line = JSON.valueToTree(options);
    line.put("run", command);
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      @Nullable String said = answers.readLine();
      if (said == null) {
        throw new AssertionError("the browser's leader has ended at " + line);
      }
      JsonNode answer = JSON.readTree(said);
      if (answer.has("error")) {
        throw new AssertionError(line + ": " + answer.path("error").textValue());
      }
      return answer.path("answer");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
