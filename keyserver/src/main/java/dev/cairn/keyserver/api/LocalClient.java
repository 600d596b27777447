package dev.cairn.keyserver.api;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.ValueKind;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.StatusJson;
import dev.cairn.keyserver.TransactionFeed;
import dev.cairn.keyserver.error.AbsentException;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.object.Value;
import dev.cairn.schemas.http.ErrorBody;
import dev.cairn.schemas.http.ErrorCodes;
import dev.cairn.schemas.http.HttpJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Asks a running keyserver. Every method throws the same errors as the keyserver itself, and {@link
 * ProcessGoneException} when there is no answer.
 *
 * <p>It trusts whoever listens at the address: take it from {@link ApiFile} while the home is
 * locked. Thread-safe.
 */
public final class LocalClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(30);
  private static final int OK = 200;
  private static final int MAX_MESSAGE = 1 << 20;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private final ApiFile api;
  private final HttpClient http;

  public LocalClient(ApiFile api) {
    this.api = api;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
  }

  /**
   * How many transactions were taken and are durable, and the first that was not. Where fewer were
   * taken and none was refused, the process stops: offer the rest to the next one.
   *
   * @param taken those before the refused one, or before the process stopped, or all
   */
  public record Fed(long taken, Optional<TransactionFeed.Refusal> refusal) {}

  /** Whose keyserver it is. */
  public Identity identity() throws ProcessGoneException, InterruptedException {
    return message(
        get(LocalPaths.IDENTITY).timeout(FIRST_ANSWER), Identity.class, /* changes= */ false);
  }

  /** The value of an object, if there is one. */
  public Optional<Value> get(String collection, String id)
      throws ProcessGoneException, InterruptedException {
    HttpRequest.Builder request =
        get(LocalPaths.OBJECT + "?collection=" + encoded(collection) + "&id=" + encoded(id));
    try {
      HttpResponse<InputStream> answer = send(request, /* changes= */ false);
      try (InputStream body = answer.body()) {
        byte[] content = body.readAllBytes();
        boolean json =
            answer.headers().firstValue("Content-Type").orElse("").startsWith("application/json");
        return Optional.of(new Value(json ? ValueKind.JSON : ValueKind.BYTES, Bytes.wrap(content)));
      } catch (IOException e) {
        throw gone(e, /* changes= */ false);
      }
    } catch (AbsentException e) {
      return Optional.empty();
    }
  }

  /** The names in one collection, or in all of them, as lines. */
  public void list(Optional<String> collection, Consumer<String> line)
      throws ProcessGoneException, InterruptedException {
    lines(
        LocalPaths.OBJECTS + collection.map(name -> "?collection=" + encoded(name)).orElse(""),
        line);
  }

  /** Every object, as lines. */
  public void export(Consumer<String> line) throws ProcessGoneException, InterruptedException {
    lines(LocalPaths.EXPORT, line);
  }

  /** Every transaction that is not backed up, as lines. */
  public void exportUnbacked(Consumer<String> line)
      throws ProcessGoneException, InterruptedException {
    lines(LocalPaths.UNBACKED, line);
  }

  /**
   * Where it stands.
   *
   * @param local whether only as known here: the provider is not asked
   */
  public KeyserverStatus status(boolean local) throws ProcessGoneException, InterruptedException {
    HttpResponse<InputStream> answer =
        send(get(LocalPaths.STATUS + (local ? "?local=true" : "")), /* changes= */ false);
    byte[] body = small(answer, /* changes= */ false);
    try {
      return StatusJson.parse(HttpJson.lenient().readTree(body));
    } catch (IOException | IllegalArgumentException e) {
      throw strange(e);
    }
  }

  /**
   * Submits transactions, one a line; those that are taken are durable when this returns.
   *
   * @param lines each with its end
   * @param count how many there are
   */
  public Fed feed(byte[] lines, long count) throws ProcessGoneException, InterruptedException {
    HttpRequest.Builder request =
        request(LocalPaths.TRANSACTIONS + "?wait=durable")
            .header("Content-Type", "application/x-ndjson")
            .POST(BodyPublishers.ofByteArray(lines));
    HttpResponse<InputStream> answer = exchange(request, /* changes= */ true);
    if (answer.statusCode() == OK) {
      small(answer, /* changes= */ true);
      return new Fed(count, Optional.empty());
    }
    ErrorBody error = error(answer, /* changes= */ true);
    OptionalLong line = line(error);
    if (line.isEmpty()) {
      throw thrown(error);
    }
    if (error.code().equals(LocalErrors.STOPPING)) {
      return new Fed(line.getAsLong() - 1, Optional.empty());
    }
    CairnException cause =
        LocalErrors.error(error)
            .orElseThrow(() -> strange(new IOException("no reason: " + error.code())));
    return new Fed(
        line.getAsLong() - 1, Optional.of(new TransactionFeed.Refusal(line.getAsLong(), cause)));
  }

  /**
   * Waits until everything that was submitted before is backed up.
   *
   * @param withoutProgress how long to go on waiting while nothing becomes backed up
   * @param confirmWriter whether the service is asked who may write, where it can be reached
   */
  public Drained drain(Duration withoutProgress, boolean confirmWriter)
      throws ProcessGoneException, InterruptedException {
    String path =
        LocalPaths.DRAIN
            + "?timeoutMillis="
            + withoutProgress.toMillis()
            + (confirmWriter ? "&confirmWriter=true" : "");
    // Draining twice is draining once.
    return message(
        request(path).POST(BodyPublishers.noBody()), Drained.class, /* changes= */ false);
  }

  /** Asks the provider for a compaction; waits for its snapshot where a time is given for that. */
  public CompactionAsked compact(Optional<Duration> timeout)
      throws ProcessGoneException, InterruptedException {
    String path =
        LocalPaths.COMPACT
            + timeout.map(time -> "?wait=true&timeoutMillis=" + time.toMillis()).orElse("");
    // A second request is answered from the snapshot of the first.
    return message(
        request(path).POST(BodyPublishers.noBody()), CompactionAsked.class, /* changes= */ false);
  }

  private HttpRequest.Builder get(String path) {
    return request(path).GET();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(api.url() + path))
        .header("Authorization", "Bearer " + api.token());
  }

  private <T> T message(HttpRequest.Builder request, Class<T> type, boolean changes)
      throws ProcessGoneException, InterruptedException {
    byte[] body = small(send(request, changes), changes);
    try {
      return HttpJson.lenient().readValue(body, type);
    } catch (IOException e) {
      throw strange(e);
    }
  }

  /** Gives out lines; an answer that breaks off behind the first is no answer. */
  private void lines(String path, Consumer<String> action)
      throws ProcessGoneException, InterruptedException {
    HttpResponse<InputStream> answer = send(get(path), /* changes= */ false);
    boolean started = false;
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        started = true;
        action.accept(line);
      }
    } catch (IOException e) {
      if (!started) {
        throw gone(e, /* changes= */ false);
      }
      throw new UnavailableException(
          "The keyserver's process went away in the middle of its answer: what was given out is not"
              + " everything. Run the command again",
          e);
    }
  }

  /** The answer, if it is a success; the caller reads and closes its body. */
  private HttpResponse<InputStream> send(HttpRequest.Builder request, boolean changes)
      throws ProcessGoneException, InterruptedException {
    HttpResponse<InputStream> answer = exchange(request, changes);
    if (answer.statusCode() == OK) {
      return answer;
    }
    throw thrown(error(answer, changes));
  }

  private HttpResponse<InputStream> exchange(HttpRequest.Builder request, boolean changes)
      throws ProcessGoneException, InterruptedException {
    try {
      return http.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw gone(e, changes);
    }
  }

  private static ErrorBody error(HttpResponse<InputStream> answer, boolean changes)
      throws ProcessGoneException {
    byte[] body = small(answer, changes);
    try {
      return HttpJson.lenient().readValue(body, ErrorBody.class);
    } catch (IOException e) {
      throw strange(e);
    }
  }

  private static RuntimeException thrown(ErrorBody error) throws ProcessGoneException {
    if (error.code().equals(LocalErrors.STOPPING)
        || error.code().equals(ErrorCodes.TOKEN_INVALID)) {
      throw new ProcessGoneException(error.message(), false, null);
    }
    Optional<CairnException> known = LocalErrors.error(error);
    return known.isPresent()
        ? known.get()
        : new UncheckedIOException(
            "The keyserver's process answered",
            new IOException(error.message() + " (" + error.code() + ")"));
  }

  private static OptionalLong line(ErrorBody error) {
    String line = error.details().getOrDefault(LocalErrors.LINE, "");
    return NUMBER.matcher(line).matches()
        ? OptionalLong.of(Long.parseLong(line))
        : OptionalLong.empty();
  }

  private static byte[] small(HttpResponse<InputStream> answer, boolean changes)
      throws ProcessGoneException {
    try (InputStream body = answer.body()) {
      byte[] all = body.readNBytes(MAX_MESSAGE + 1);
      if (all.length > MAX_MESSAGE) {
        throw strange(new IOException("a message of more than " + MAX_MESSAGE + " bytes"));
      }
      return all;
    } catch (IOException e) {
      throw gone(e, changes);
    }
  }

  private static ProcessGoneException gone(IOException e, boolean changes) {
    boolean neverSent = e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
    return new ProcessGoneException(
        "The keyserver's process does not answer", changes && !neverSent, e);
  }

  private static UncheckedIOException strange(Exception e) {
    return new UncheckedIOException(
        "What answered is no keyserver of this version",
        e instanceof IOException io ? io : new IOException(e));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.close();
  }
}
