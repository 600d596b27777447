package dev.cairn.provider.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a real S3 server does beyond {@link ObjectStoreContract}, and what its faults come to. */
abstract class S3StoreContract extends ObjectStoreContract {
  private static final Duration DELAY = Duration.ofNanos(1_000);
  private static final int MIB = 1 << 20;

  private final Random random = new Random(20_261_125);
  private final String prefix = "users/s3-" + System.nanoTime() + "/";

  /** Where the server is, with every right on the bucket. */
  abstract S3Location location();

  private byte[] noise(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private S3Location at(int port) {
    S3Location direct = location();
    return new S3Location(
        "http://127.0.0.1:" + port,
        direct.region(),
        direct.bucket(),
        direct.accessKey(),
        direct.secretKey());
  }

  private FaultProxy proxy() throws IOException {
    return FaultProxy.to(URI.create(location().endpoint()).getPort());
  }

  @Test
  void saysThatNobodyAnswers() throws Exception {
    try (MinioObjectStore lost = new MinioObjectStore(at(1))) {
      StoreUnavailableException e =
          assertThrows(StoreUnavailableException.class, () -> lost.get("a", 1));
      assertTrue(e.isPassing());
      assertTrue(String.valueOf(e.getMessage()).contains("127.0.0.1:1"), e.getMessage());
    }
  }

  @Test
  void doesNotTakeARefusalForAbsence() throws Exception {
    S3Location right = location();
    S3Location wrongSecret =
        new S3Location(
            right.endpoint(), right.region(), right.bucket(), right.accessKey(), "another-secret");
    S3Location wrongBucket =
        new S3Location(
            right.endpoint(), right.region(), "elsewhere", right.accessKey(), right.secretKey());
    for (S3Location location : new S3Location[] {wrongSecret, wrongBucket}) {
      try (MinioObjectStore refused = new MinioObjectStore(location)) {
        StoreUnavailableException e =
            assertThrows(StoreUnavailableException.class, () -> refused.get("a", 1));
        assertFalse(e.isPassing(), e.getMessage());
        assertFalse(String.valueOf(e.getMessage()).contains("another-secret"));
        assertThrows(StoreUnavailableException.class, () -> refused.list(""));
        assertThrows(
            StoreUnavailableException.class, () -> refused.putIfAbsent("a", Bytes.utf8("x")));
      }
    }
    assertFalse(right.toString().contains(right.secretKey()));
  }

  /** Objects that other tools put there, in parts, read like any other. */
  @Test
  void readsWhatWasUploadedInParts() throws Exception {
    byte[] content = noise(11 * MIB + 7);
    String key = prefix + "in-parts";
    S3Location at = location();
    MinioClient client =
        MinioClient.builder()
            .endpoint(at.endpoint())
            .region(at.region())
            .credentials(at.accessKey(), at.secretKey())
            .build();
    client.putObject(
        PutObjectArgs.builder().bucket(at.bucket()).object(key).stream(
                new ByteArrayInputStream(content), (long) content.length, 5L * MIB)
            .build());
    assertEquals(content.length, store().stat(key).orElseThrow().size());
    assertEquals(Optional.of(Bytes.wrap(content)), store().get(key, content.length));
    // Across the border of two parts.
    try (InputStream in = store().open(key, 5 * MIB - 9, 5 * MIB + 9).orElseThrow()) {
      assertArrayEquals(Arrays.copyOfRange(content, 5 * MIB - 9, 5 * MIB + 9), in.readAllBytes());
    }
    assertEquals(PutResult.ALREADY_THERE, store().putIfAbsent(key, Bytes.EMPTY));
  }

  @Test
  void aPresignedUrlReadsOneObjectForAWhileAndNothingElse() throws Exception {
    byte[] content = noise(100_000);
    String key = prefix + "presigned";
    String other = prefix + "other";
    store().put(key, Bytes.wrap(content));
    store().put(other, Bytes.utf8("another's"));
    URI url = new PresignedUrls(location(), Duration.ofMinutes(5)).read(key);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> whole = http.send(get(url).build(), BodyHandlers.ofByteArray());
      assertEquals(200, whole.statusCode());
      assertArrayEquals(content, whole.body());
      HttpResponse<byte[]> range =
          http.send(get(url).header("Range", "bytes=100-299").build(), BodyHandlers.ofByteArray());
      assertEquals(206, range.statusCode());
      assertArrayEquals(Arrays.copyOfRange(content, 100, 300), range.body());

      String text = url.toString();
      URI elsewhere = URI.create(text.replace("/presigned?", "/other?"));
      URI longer = URI.create(text.replace("X-Amz-Expires=300", "X-Amz-Expires=301"));
      assertFalse(elsewhere.equals(url) || longer.equals(url), text);
      for (URI forged : List.of(elsewhere, longer)) {
        assertEquals(403, http.send(get(forged).build(), BodyHandlers.discarding()).statusCode());
      }
      HttpRequest write =
          get(url).method("PUT", HttpRequest.BodyPublishers.ofString("overwritten")).build();
      assertEquals(403, http.send(write, BodyHandlers.discarding()).statusCode());
      URI absent = new PresignedUrls(location(), Duration.ofMinutes(5)).read(prefix + "absent");
      assertEquals(404, http.send(get(absent).build(), BodyHandlers.discarding()).statusCode());
    }
    assertEquals(Optional.of(Bytes.wrap(content)), store().get(key, content.length));
  }

  private static HttpRequest.Builder get(URI url) {
    return HttpRequest.newBuilder(url).timeout(Duration.ofMinutes(1));
  }

  @Test
  void saysThatThrottlingPasses() throws Exception {
    try (FaultProxy proxy = proxy();
        MinioObjectStore store = new MinioObjectStore(at(proxy.port()))) {
      store.put(prefix + "throttled", Bytes.utf8("x"));
      proxy.throttle(1_000);
      StoreUnavailableException e =
          assertThrows(StoreUnavailableException.class, () -> store.get(prefix + "throttled", 1));
      assertTrue(e.isPassing(), e.toString());
      assertThrows(
          StoreUnavailableException.class,
          () -> store.putIfAbsent(prefix + "refused", Bytes.utf8("x")));
      assertThrows(StoreUnavailableException.class, () -> store.list(prefix));
      proxy.healthy();
      assertEquals(Optional.empty(), store.stat(prefix + "refused"));
    }
  }

  @Test
  void goesOnBehindThrottling() throws Exception {
    try (FaultProxy proxy = proxy();
        MinioObjectStore store = new MinioObjectStore(at(proxy.port()))) {
      ObjectStore patient = new RetryingObjectStore(store, 10, DELAY);
      Bytes content = Bytes.wrap(noise(2 * MIB));
      proxy.throttle(4);
      assertEquals(PutResult.CREATED, patient.putIfAbsent(prefix + "patient", content));
      proxy.throttle(4);
      assertEquals(Optional.of(content), patient.get(prefix + "patient", content.size()));
      proxy.throttle(4);
      assertEquals(1, patient.list(prefix + "patient").size());
      assertEquals(12, proxy.throttled());
    }
  }

  @Test
  void goesOnWhereABodyBroke() throws Exception {
    byte[] content = noise(3 * MIB);
    String key = prefix + "broken";
    store().put(key, Bytes.wrap(content));
    try (FaultProxy proxy = proxy();
        MinioObjectStore store = new MinioObjectStore(at(proxy.port()))) {
      // Each connection carries 300,000 bytes, the head included.
      proxy.cutAnswersAfter(300_000);
      InputStream broken = store.open(key, 0, content.length).orElseThrow();
      StoreUnavailableException e =
          assertThrows(StoreUnavailableException.class, broken::readAllBytes);
      assertTrue(e.isPassing(), e.toString());
      ObjectStore patient = new RetryingObjectStore(store, 3, DELAY);
      try (InputStream in = patient.open(key, 1, content.length).orElseThrow()) {
        assertArrayEquals(Arrays.copyOfRange(content, 1, content.length), in.readAllBytes());
      }
    }
  }

  @Test
  void anUploadThatBreaksLeavesNothing() throws Exception {
    String key = prefix + "half";
    byte[] content = noise(3 * MIB);
    try (FaultProxy proxy = proxy();
        MinioObjectStore store = new MinioObjectStore(at(proxy.port()))) {
      proxy.cutRequestsAfter(MIB);
      StoreUnavailableException e =
          assertThrows(
              StoreUnavailableException.class, () -> store.putIfAbsent(key, Bytes.wrap(content)));
      assertTrue(e.isPassing(), e.toString());
      assertEquals(Optional.empty(), store().stat(key));
      assertEquals(List.of(), store().list(key));
      proxy.healthy();
      assertEquals(
          PutResult.CREATED, putWhereConnectionsMayBeDead(store, key, Bytes.wrap(content)));
    }
    assertEquals(Optional.of(Bytes.wrap(content)), store().get(key, content.length));
  }

  /** The write took effect and nobody heard of it: the repeat finds its own object. */
  @Test
  void aLostAnswerToAConditionalWriteIsHarmless() throws Exception {
    String key = prefix + "lost-answer";
    Bytes content = Bytes.wrap(noise(50_000));
    try (FaultProxy proxy = proxy();
        MinioObjectStore store = new MinioObjectStore(at(proxy.port()))) {
      proxy.loseAnswers();
      StoreUnavailableException e =
          assertThrows(StoreUnavailableException.class, () -> store.putIfAbsent(key, content));
      assertTrue(e.isPassing(), e.toString());
      proxy.healthy();
      assertEquals(PutResult.ALREADY_THERE, putWhereConnectionsMayBeDead(store, key, content));
    }
    assertEquals(Optional.of(content), store().get(key, content.size()));
  }

  /**
   * As services do: tries again what fails in passing. Connections that the proxy broke may stand
   * in the client's pool, and the next request is the one that finds out.
   */
  private static PutResult putWhereConnectionsMayBeDead(
      MinioObjectStore store, String key, Bytes content) throws StoreUnavailableException {
    StoreUnavailableException last = null;
    for (int attempt = 0; attempt < 20; attempt++) {
      try {
        return store.putIfAbsent(key, content);
      } catch (StoreUnavailableException e) {
        if (!e.isPassing()) {
          throw e;
        }
        last = e;
      }
    }
    throw new AssertionError("20 attempts failed in passing", last);
  }
}
