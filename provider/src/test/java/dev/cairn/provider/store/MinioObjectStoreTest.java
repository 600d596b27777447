package dev.cairn.provider.store;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract over the S3 server that is embedded in {@code local}. */
final class MinioObjectStoreTest extends S3StoreContract {
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

  @Override
  S3Location location() {
    return server.location();
  }
}
