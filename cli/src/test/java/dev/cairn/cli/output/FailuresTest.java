package dev.cairn.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.compactor.log.LogAbsentException;
import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.config.InvalidConfigException;
import dev.cairn.keyserver.error.AbsentException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.LockedOutException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.provider.topics.TopicSettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class FailuresTest {
  static Stream<Arguments> thrown() {
    return Stream.of(
        Arguments.of(new MalformedInputException("m"), 2),
        Arguments.of(new WrongSecretException("m"), 3),
        Arguments.of(new LockedOutException("m"), 4),
        Arguments.of(new IntegrityException("m"), 5),
        Arguments.of(new UnavailableException("m"), 6),
        Arguments.of(new FencedException("m"), 7),
        Arguments.of(new AbsentException("m"), 8),
        Arguments.of(new CompletionException(new FencedException("m")), 7),
        Arguments.of(new InvalidConfigException("f", List.of("m")), 2),
        Arguments.of(new LogAbsentException("m"), 8),
        Arguments.of(new LogUnavailableException("m"), 6),
        Arguments.of(new StoreUnavailableException("m", new IOException("x")), 6),
        Arguments.of(new TopicSettingsException("m"), 1),
        Arguments.of(new TimeoutException("m"), 6),
        Arguments.of(new NoSuchFileException("m"), 2),
        Arguments.of(new UncheckedIOException("m", new AccessDeniedException("x")), 1),
        Arguments.of(new IOException("m"), 1));
  }

  @ParameterizedTest
  @MethodSource("thrown")
  void everyExceptionHasItsCodeAndThreeParts(Exception thrown, int code) {
    Failure failure = Failures.of(thrown).orElseThrow();
    assertEquals(code, failure.exitCode());
    assertFalse(failure.what().isBlank());
    assertFalse(failure.data().isBlank());
    assertFalse(failure.advice().isBlank());
  }

  @Test
  void aMistakeOfOursHasNone() {
    assertTrue(Failures.of(new IllegalStateException("m")).isEmpty());
  }
}
