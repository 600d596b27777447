package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;

/** What came back, whatever its status. */
record HttpAnswer(int status, HttpHeaders headers, Bytes body) {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** How long the service asks to wait, in bounds; only whole seconds are understood. */
  Optional<Duration> retryAfter() {
    return headers
        .firstValue("Retry-After")
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .map(pause -> pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
  }
}
