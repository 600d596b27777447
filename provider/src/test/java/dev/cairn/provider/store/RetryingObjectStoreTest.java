package dev.cairn.provider.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The contract over a store that fails all the time, and the limits of patience. */
final class RetryingObjectStoreTest extends ObjectStoreContract {
  private static final long SEED = 7;
  private static final Duration DELAY = Duration.ofNanos(1_000);

  private final InMemoryObjectStore memory = new InMemoryObjectStore();
  private final FlakyObjectStore flaky = new FlakyObjectStore(memory, new Random(SEED));
  private final ObjectStore store = new RetryingObjectStore(flaky, 30, DELAY);

  @Override
  ObjectStore store() {
    flaky.failHalfTheTime();
    return store;
  }

  @Test
  void goesOnWithABrokenBodyWhereItBroke() throws Exception {
    byte[] content = new byte[300_000];
    new Random(SEED).nextBytes(content);
    memory.put("k", Bytes.copyOf(content));
    flaky.breakBodiesAfter(10_000);
    try (InputStream in = store.open("k", 5, 299_999).orElseThrow()) {
      assertEquals(Bytes.copyOf(content).slice(5, 299_999), Bytes.wrap(in.readAllBytes()));
    }
    assertTrue(flaky.opened() >= 30, "opened " + flaky.opened());
  }

  @Test
  void saysSoWhenABodyNeverGoesOn() throws Exception {
    memory.put("k", Bytes.wrap(new byte[1_000]));
    flaky.breakBodiesAfter(100);
    InputStream in = new RetryingObjectStore(flaky, 3, DELAY).open("k", 0, 1_000).orElseThrow();
    assertEquals(100, in.readNBytes(100).length);
    flaky.failAlways();
    assertThrows(StoreUnavailableException.class, in::readAllBytes);
  }

  @Test
  void doesNotEndCleanlyWhenTheObjectGoesInMidRead() throws Exception {
    memory.put("k", Bytes.wrap(new byte[1_000]));
    flaky.breakBodiesAfter(100);
    InputStream in = store.open("k", 0, 1_000).orElseThrow();
    assertEquals(100, in.readNBytes(100).length);
    memory.delete(java.util.List.of("k"));
    assertThrows(StoreUnavailableException.class, in::readAllBytes);
  }

  @Test
  void givesUpAfterItsAttempts() {
    flaky.failAlways();
    ObjectStore patient = new RetryingObjectStore(flaky, 4, DELAY);
    assertThrows(StoreUnavailableException.class, () -> patient.get("k", 1));
    assertEquals(4, flaky.calls());
  }

  @Test
  void doesNotRepeatWhatRepeatingDoesNotMend() {
    ObjectStore refusing =
        new RetryingObjectStore(
            new FlakyObjectStore(memory, new Random(SEED)) {
              @Override
              public Optional<Bytes> get(String key, long limit) throws StoreUnavailableException {
                count();
                throw new StoreUnavailableException("refused", new IOException("403"));
              }
            },
            9,
            DELAY);
    assertThrows(StoreUnavailableException.class, () -> refusing.get("k", 1));
  }

  @Test
  void stopsAtOnceWhenInterrupted() {
    flaky.failAlways();
    ObjectStore patient = new RetryingObjectStore(flaky, 1_000, Duration.ofSeconds(100));
    Thread.currentThread().interrupt();
    try {
      assertThrows(StoreUnavailableException.class, () -> patient.stat("k"));
    } finally {
      assertTrue(Thread.interrupted());
    }
  }
}
