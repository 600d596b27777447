package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.UnavailableException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests, each within a deadline for the whole of its answer, with bounded bodies, and
 * sends again those that may be.
 *
 * <table>
 * <caption>What is sent again</caption>
 * <tr><th>what happened</th><th>repeatable</th><th>once</th></tr>
 * <tr><td>no connection was made</td><td>yes</td><td>yes</td></tr>
 * <tr><td>it broke, or took too long</td><td>yes</td><td>no: it may have had its effect</td></tr>
 * <tr><td>502, 503, 504, or 429 with Retry-After</td><td>yes, not before the service allows</td><td>no</td></tr>
 * </table>
 */
final class HttpTransport implements AutoCloseable {
  /** Whether a request may be sent again after it may have had its effect. */
  enum Repetition {
    REPEATABLE,
    ONCE
  }

  /** Makes the request of one attempt: a signed one needs a new nonce each time. */
  interface RequestFactory {
    HttpRequest.Builder make();
  }

  private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);
  private static final int ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final int GROWTH = 3;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int BAD_GATEWAY = 502;
  private static final int UNAVAILABLE = 503;
  private static final int GATEWAY_TIMEOUT = 504;
  private static final int TOO_MANY = 429;

  private final URI base;
  private final HttpClient client;

  // HttpClient.sendAsync completes on the common pool of the process, whatever executor it is
  // given;
  // programs that embed a keyserver may have blocked every thread of that. send does not.
  private final ExecutorService exchanges =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon(true).name("cairn-service-", 0).factory());

  HttpTransport(OwnerConfig config) {
    this.base = config.serviceUrl();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT);
    config
        .certificateAuthority()
        .ifPresent(pem -> builder.sslContext(PrivateAuthority.trusting(pem)));
    this.client = builder.build();
  }

  /** Whether nobody on the way to the service can read along. */
  boolean isEncrypted() {
    return "https".equalsIgnoreCase(base.getScheme());
  }

  /** The address of a path of the service, its query included. */
  URI resolve(String path) {
    return URI.create(base + path);
  }

  /**
   * Sends until there is an answer.
   *
   * @throws UnavailableException if there is none
   * @throws IntegrityException if the answer is longer than the limit
   */
  HttpAnswer send(RequestFactory requests, Repetition repetition, int limit, Duration timeout) {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt == ATTEMPTS;
      try {
        HttpAnswer answer = exchange(requests.make().timeout(timeout).build(), limit, timeout);
        if (last || repetition == Repetition.ONCE || !asksToWait(answer)) {
          return answer;
        }
        Optional<Duration> asked = answer.retryAfter();
        Pauses.pause(asked.isPresent() && asked.get().compareTo(pause) > 0 ? asked.get() : pause);
      } catch (BoundedBody.TooLongException e) {
        throw new IntegrityException(
            "The recovery service answers with more than belongs there: " + e.getMessage(), e);
      } catch (SSLException e) {
        throw new UnavailableException(
            "The recovery service at "
                + base
                + " does not prove who it is ("
                + e.getMessage()
                + "). Nothing was sent; if it is private, name its CA in service.ca.file",
            e);
      } catch (IOException e) {
        boolean sent = !(e instanceof ConnectException);
        if (last || (sent && repetition == Repetition.ONCE)) {
          throw unreachable(e);
        }
        Pauses.pause(pause);
      }
      pause = pause.multipliedBy(GROWTH);
    }
  }

  /**
   * Asks somebody else, once, for something that can also be had from the service: whatever goes
   * wrong is no error.
   */
  Optional<HttpAnswer> tryElsewhere(HttpRequest request, int limit, Duration timeout) {
    try {
      return Optional.of(exchange(request, limit, timeout));
    } catch (IOException e) {
      LOG.debug("{} does not answer: {}", request.uri().getAuthority(), e.toString());
      return Optional.empty();
    }
  }

  private UnavailableException unreachable(IOException e) {
    return new UnavailableException(
        "The recovery service at "
            + base
            + " cannot be reached ("
            + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
            + "). Nothing is lost; try again when it answers",
        e);
  }

  private static boolean asksToWait(HttpAnswer answer) {
    return switch (answer.status()) {
      case BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT -> true;
      case TOO_MANY -> answer.retryAfter().isPresent() && !ServiceErrors.isLockedOut(answer);
      default -> false;
    };
  }

  private HttpAnswer exchange(HttpRequest request, int limit, Duration timeout) throws IOException {
    Future<HttpResponse<byte[]>> exchange;
    try {
      exchange =
          exchanges.submit(() -> client.send(request, information -> new BoundedBody(limit)));
    } catch (RejectedExecutionException e) {
      throw closed(e);
    }
    try {
      HttpResponse<byte[]> response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new HttpAnswer(response.statusCode(), response.headers(), Bytes.wrap(response.body()));
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new IOException("no whole answer within " + timeout.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw new UnavailableException("Interrupted while waiting for the recovery service", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        // send wraps exceptions that it does not know.
        if (failure.getCause() instanceof BoundedBody.TooLongException tooLong) {
          throw tooLong;
        }
        throw failure;
      }
      if (e.getCause() instanceof InterruptedException) {
        throw closed(e);
      }
      throw new IllegalStateException("A request could not be sent", e.getCause());
    }
  }

  private static UnavailableException closed(Exception e) {
    return new UnavailableException(
        "The connection to the recovery service was closed while it was in use", e);
  }

  @Override
  public void close() {
    client.shutdownNow();
    exchanges.shutdownNow();
  }
}
