package dev.cairn.provider.store;

import dev.cairn.crypto.Bytes;
import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;

/** Any S3-compatible server through the MinIO SDK. Close it to give its connections back. */
public final class MinioObjectStore implements ObjectStore, AutoCloseable {
  private static final int PRECONDITION_FAILED = 412;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  private final MinioClient client;
  private final OkHttpClient http;
  private final S3Location location;

  public MinioObjectStore(S3Location location) {
    this.location = location;
    this.http =
        new OkHttpClient.Builder()
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofSeconds(60))
            .writeTimeout(Duration.ofSeconds(60))
            .build();
    this.client =
        MinioClient.builder()
            .endpoint(location.endpoint())
            .region(location.region())
            .credentials(location.accessKey(), location.secretKey())
            .httpClient(http)
            .build();
  }

  /** Makes the bucket where it is missing. */
  public void createBucketIfAbsent() throws StoreUnavailableException {
    try {
      BucketExistsArgs exists = BucketExistsArgs.builder().bucket(location.bucket()).build();
      if (!client.bucketExists(exists)) {
        client.makeBucket(MakeBucketArgs.builder().bucket(location.bucket()).build());
      }
    } catch (MinioException e) {
      throw unavailable("making bucket " + location.bucket(), e);
    }
  }

  @Override
  public PutResult putIfAbsent(String key, Bytes content) throws StoreUnavailableException {
    byte[] bytes = content.toByteArray();
    return putStream(key, new ByteArrayInputStream(bytes), bytes.length, true);
  }

  @Override
  public PutResult putIfAbsent(String key, Path file) throws StoreUnavailableException {
    try (InputStream in = Files.newInputStream(file)) {
      return putStream(key, in, Files.size(file), true);
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreUnavailableException("cannot read " + file, e);
    }
  }

  @Override
  public void put(String key, Bytes content) throws StoreUnavailableException {
    byte[] bytes = content.toByteArray();
    putStream(key, new ByteArrayInputStream(bytes), bytes.length, false);
  }

  private PutResult putStream(String key, InputStream content, long size, boolean onlyIfAbsent)
      throws StoreUnavailableException {
    if (size > MAX_OBJECT_SIZE) {
      throw new IllegalArgumentException(key + " is too large for one request: " + size);
    }
    // The SDK goes multipart above the part size, and a multipart upload does not honour
    // If-None-Match: the part size is the largest object.
    PutObjectArgs.Builder args =
        PutObjectArgs.builder()
            .bucket(location.bucket())
            .object(key)
            .contentType("application/octet-stream")
            .stream(content, size, MAX_OBJECT_SIZE);
    if (onlyIfAbsent) {
      args.extraHeaders(new Http.Headers("If-None-Match", "*"));
    }
    try {
      client.putObject(args.build());
      return PutResult.CREATED;
    } catch (ErrorResponseException e) {
      // 409: another conditional write of this key is under way or has just won.
      int status = e.response().code();
      if (onlyIfAbsent && status == PRECONDITION_FAILED) {
        return PutResult.ALREADY_THERE;
      }
      if (onlyIfAbsent && status == CONFLICT && stat(key).isPresent()) {
        return PutResult.ALREADY_THERE;
      }
      throw unavailable("writing " + key, e);
    } catch (MinioException e) {
      throw unavailable("writing " + key, e);
    }
  }

  @Override
  public Optional<Bytes> get(String key, long limit) throws StoreUnavailableException {
    Optional<ObjectStat> stat = stat(key);
    if (stat.isEmpty()) {
      return Optional.empty();
    }
    long size = stat.get().size();
    if (size > limit) {
      throw new StoreUnavailableException(
          key + " is larger than " + limit + " bytes", new IOException("too large"));
    }
    if (size == 0) {
      return Optional.of(Bytes.EMPTY);
    }
    Optional<InputStream> opened = open(key, 0, size);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = opened.get()) {
      return Optional.of(Bytes.wrap(in.readAllBytes()));
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreUnavailableException("reading " + key + " broke off", e);
    }
  }

  @Override
  public Optional<InputStream> open(String key, long from, long to)
      throws StoreUnavailableException {
    if (from < 0 || from >= to) {
      throw new IllegalArgumentException("not a range of " + key + ": " + from + " to " + to);
    }
    try {
      InputStream body =
          client.getObject(
              GetObjectArgs.builder()
                  .bucket(location.bucket())
                  .object(key)
                  .offset(from)
                  .length(to - from)
                  .build());
      return Optional.of(new ExactLengthInputStream(body, key, to - from));
    } catch (ErrorResponseException e) {
      if (isAbsent(e)) {
        return Optional.empty();
      }
      throw unavailable("reading " + key, e);
    } catch (MinioException e) {
      throw unavailable("reading " + key, e);
    }
  }

  @Override
  public Optional<ObjectStat> stat(String key) throws StoreUnavailableException {
    try {
      var stat =
          client.statObject(StatObjectArgs.builder().bucket(location.bucket()).object(key).build());
      return Optional.of(new ObjectStat(key, stat.size(), stat.lastModified().toInstant()));
    } catch (ErrorResponseException e) {
      if (isAbsent(e)) {
        return Optional.empty();
      }
      throw unavailable("looking for " + key, e);
    } catch (MinioException e) {
      throw unavailable("looking for " + key, e);
    }
  }

  @Override
  public List<ObjectStat> list(String prefix) throws StoreUnavailableException {
    List<ObjectStat> found = new ArrayList<>();
    try {
      for (Result<Item> result :
          client.listObjects(
              ListObjectsArgs.builder()
                  .bucket(location.bucket())
                  .prefix(prefix)
                  .recursive(true)
                  .build())) {
        Item item = result.get();
        found.add(
            new ObjectStat(item.objectName(), item.size(), item.lastModified().toInstant()));
      }
    } catch (MinioException e) {
      throw unavailable("listing " + prefix, e);
    }
    return found;
  }

  @Override
  public void delete(List<String> keys) throws StoreUnavailableException {
    for (String key : keys) {
      try {
        client.removeObject(
            RemoveObjectArgs.builder().bucket(location.bucket()).object(key).build());
      } catch (ErrorResponseException e) {
        if (!isAbsent(e)) {
          throw unavailable("deleting " + key, e);
        }
      } catch (MinioException e) {
        throw unavailable("deleting " + key, e);
      }
    }
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private static boolean isAbsent(ErrorResponseException e) {
    return e.response().code() == NOT_FOUND && !"NoSuchBucket".equals(e.errorResponse().code());
  }

  private StoreUnavailableException unavailable(String what, Exception cause) {
    return new StoreUnavailableException(
        what + " failed at " + location.endpoint() + ": " + cause.getMessage(), cause);
  }
}
