package dev.cairn.provider.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract over a real S3 server. */
final class MinioObjectStoreTest extends ObjectStoreContract {
  @TempDir private static Path root;
  private static S3Server server;
  private static MinioObjectStore store;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start(root);
    store = new MinioObjectStore(server.location());
    store.createBucketIfAbsent();
    store.createBucketIfAbsent();
  }

  @AfterAll
  static void stop() throws Exception {
    store.close();
    server.close();
  }

  @Override
  ObjectStore store() {
    return store;
  }

  @Test
  void saysThatNobodyAnswers() throws Exception {
    try (MinioObjectStore lost = new MinioObjectStore(server.location(1))) {
      StoreUnavailableException e =
          assertThrows(StoreUnavailableException.class, () -> lost.get("a", 1));
      assertTrue(e.isPassing());
      assertTrue(String.valueOf(e.getMessage()).contains("127.0.0.1:1"), e.getMessage());
    }
  }

  @Test
  void doesNotTakeARefusalForAbsence() throws Exception {
    S3Location right = server.location();
    S3Location wrongSecret =
        new S3Location(right.endpoint(), right.region(), right.bucket(), "test", "another-secret");
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
    assertFalse(right.toString().contains("test-secret-key"));
  }
}
