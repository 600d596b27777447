package dev.cairn.provider.store;

import dev.cairn.e2e.support.RealMinio;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The same contract over a real MinIO. */
final class RealMinioStoreIT extends S3StoreContract {
  @TempDir private static Path root;
  private static RealMinio minio;
  private static MinioObjectStore store;

  @BeforeAll
  static void start() throws Exception {
    minio = RealMinio.start(root);
    store = minio.openStore();
    store.createBucketIfAbsent();
  }

  @AfterAll
  static void stop() {
    store.close();
    minio.close();
  }

  @Override
  ObjectStore store() {
    return store;
  }

  @Override
  S3Location location() {
    return minio.location();
  }
}
