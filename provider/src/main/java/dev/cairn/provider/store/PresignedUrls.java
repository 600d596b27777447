package dev.cairn.provider.store;

import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.errors.MinioException;
import java.net.URI;
import java.time.Duration;

/**
 * Signs URLs under which whoever holds one can read one object, ranges included, until it expires.
 * Nothing else: no other object, no listing, no write. Asks no storage; thread-safe.
 *
 * <p>A URL is a credential: never log one.
 */
public final class PresignedUrls {
  private final MinioClient signer;
  private final String bucket;
  private final int validitySeconds;

  /**
   * Signs for the storage as readers reach it.
   *
   * @param location its {@code endpoint} is the one that the URLs name
   */
  public PresignedUrls(S3Location location, Duration validity) {
    this.signer =
        MinioClient.builder()
            .endpoint(location.endpoint())
            // With a region it has nothing to ask the storage.
            .region(location.region())
            .credentials(location.accessKey(), location.secretKey())
            .build();
    this.bucket = location.bucket();
    this.validitySeconds = Math.toIntExact(validity.toSeconds());
  }

  /** A URL that reads {@code key}, whether or not there is such an object. */
  public URI read(String key) {
    GetPresignedObjectUrlArgs args =
        GetPresignedObjectUrlArgs.builder()
            .method(Http.Method.GET)
            .bucket(bucket)
            .object(key)
            .expiry(validitySeconds)
            .build();
    try {
      return URI.create(signer.getPresignedObjectUrl(args));
    } catch (MinioException e) {
      throw new IllegalStateException("signing a URL asks nobody, and failed", e);
    }
  }
}
