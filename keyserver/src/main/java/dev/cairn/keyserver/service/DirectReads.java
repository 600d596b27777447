package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads ranges from the provider's storage itself, where the service redirects there. The storage
 * gets no token: its URL is all that it needs, and opens one file.
 *
 * <p>Nothing depends on it. What it reads is believed no more than what the service passes on, and
 * where it does not come, the service is asked to pass it on. A redirect leads to no weaker
 * transport than the service's own, and only one step far. Thread-safe.
 */
final class DirectReads {
  private static final int TEMPORARY_REDIRECT = 307;
  private static final int PARTIAL = 206;

  /** An owner's network may not reach the storage at all: each attempt costs time. */
  private static final int FAILURES = 3;

  private final HttpTransport transport;
  private final Duration timeout;
  private final AtomicInteger failures = new AtomicInteger();

  DirectReads(HttpTransport transport, Duration timeout) {
    this.transport = transport;
    this.timeout = timeout;
  }

  boolean isWorthAsking() {
    return failures.get() < FAILURES;
  }

  boolean isRedirect(HttpAnswer answer) {
    return answer.status() == TEMPORARY_REDIRECT;
  }

  /** The bytes from {@code from} on, fewer where the file ends; empty if they do not come. */
  Optional<Bytes> read(HttpAnswer redirect, long from, long toExclusive) {
    int length = Math.toIntExact(toExclusive - from);
    Optional<Bytes> read =
        redirect
            .headers()
            .firstValue("Location")
            .flatMap(this::storage)
            .map(storage ->
                HttpRequest.newBuilder(storage)
                    .GET()
                    .header("Range", "bytes=" + from + "-" + (toExclusive - 1))
                    .timeout(timeout)
                    .build())
            .flatMap(request -> transport.tryElsewhere(request, length, timeout))
            .filter(answer -> answer.status() == PARTIAL && !answer.body().isEmpty())
            .map(HttpAnswer::body);
    if (read.isEmpty()) {
      failures.incrementAndGet();
    }
    return read;
  }

  private Optional<URI> storage(String location) {
    try {
      URI storage = new URI(location);
      boolean encrypted = "https".equalsIgnoreCase(storage.getScheme());
      boolean plain = "http".equalsIgnoreCase(storage.getScheme());
      boolean allowed = encrypted || (plain && !transport.isEncrypted());
      return allowed && storage.getHost() != null && storage.getUserInfo() == null
          ? Optional.of(storage)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
