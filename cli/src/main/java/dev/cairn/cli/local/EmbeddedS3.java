package dev.cairn.cli.local;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** S3 over plain files, on loopback. For the demo and for tests: it keeps one copy on one disk. */
public final class EmbeddedS3 implements AutoCloseable {
  private final S3Proxy proxy;
  private final int port;

  private EmbeddedS3(S3Proxy proxy, int port) {
    this.proxy = proxy;
    this.port = port;
  }

  /** Serves the files below {@code root}; one directory is one bucket. */
  public static EmbeddedS3 start(Path root, int port, String accessKey, String secretKey)
      throws LocalStackException {
    FreePorts.requireFree("the S3 server", port);
    try {
      Files.createDirectories(root);
      S3Proxy proxy =
          S3Proxy.builder()
              .blobStore(new FilesystemNio2BlobStore(root.toString()))
              .endpoint(URI.create("http://127.0.0.1:" + port))
              .awsAuthentication(AuthenticationType.AWS_V4, accessKey, secretKey)
              .v4MaxNonChunkedRequestSize(96L << 20)
              .build();
      proxy.start();
      return new EmbeddedS3(proxy, proxy.getPort());
    } catch (Exception e) { // S3Proxy.start declares Exception
      throw new LocalStackException("the embedded S3 server did not start: " + e.getMessage(), e);
    }
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() throws LocalStackException {
    try {
      proxy.stop();
    } catch (Exception e) { // S3Proxy.stop declares Exception
      throw new LocalStackException("the embedded S3 server did not stop: " + e.getMessage(), e);
    }
  }
}
