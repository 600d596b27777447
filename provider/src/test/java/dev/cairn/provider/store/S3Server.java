package dev.cairn.provider.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** A real S3 server over plain files, on a free loopback port. */
final class S3Server implements AutoCloseable {
  private static final String ACCESS_KEY = "test";
  private static final String SECRET_KEY = "test-secret-key";

  private final S3Proxy proxy;

  private S3Server(S3Proxy proxy) {
    this.proxy = proxy;
  }

  static S3Server start(Path root) throws Exception {
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(root.toString()))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .v4MaxNonChunkedRequestSize(96L << 20)
            .build();
    proxy.start();
    return new S3Server(proxy);
  }

  int port() {
    return proxy.getPort();
  }

  S3Location location(int port) {
    return new S3Location("http://127.0.0.1:" + port, "us-east-1", "cairn", ACCESS_KEY, SECRET_KEY);
  }

  S3Location location() {
    return location(port());
  }

  @Override
  public void close() throws IOException {
    try {
      proxy.stop();
    } catch (Exception e) { // S3Proxy.stop declares Exception
      throw new IOException("the S3 server did not stop", e);
    }
  }
}
