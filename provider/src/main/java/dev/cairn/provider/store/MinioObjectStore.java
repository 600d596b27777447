package dev.cairn.provider.store;

import dev.cairn.crypto.Bytes;
import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.InvalidResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Any S3-compatible server through the MinIO SDK. Close it to give its connections back. */
public final class MinioObjectStore implements ObjectStore, AutoCloseable {
  private static final int PRECONDITION_FAILED = 412;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Logger LOG = LoggerFactory.getLogger(MinioObjectStore.class);

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
    String what = "making bucket " + location.bucket();
    BucketExistsArgs exists = BucketExistsArgs.builder().bucket(location.bucket()).build();
    try {
      if (!ask(what, () -> client.bucketExists(exists))) {
        MakeBucketArgs make = MakeBucketArgs.builder().bucket(location.bucket()).build();
        tell(what, () -> client.makeBucket(make));
      }
    } catch (ErrorResponseException e) {
      if (!"BucketAlreadyOwnedByYou".equals(e.errorResponse().code())) {
        throw unavailable(what, e);
      }
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
      ask("writing " + key, () -> client.putObject(args.build()));
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
    }
  }

  @Override
  public Optional<Bytes> get(String key, long limit) throws StoreUnavailableException {
    // One request: between a look at the size and a read the object may be written anew.
    GetObjectArgs args = GetObjectArgs.builder().bucket(location.bucket()).object(key).build();
    try (GetObjectResponse body = ask("reading " + key, () -> client.getObject(args))) {
      long size = contentLength(body, key);
      if (size > limit) {
        throw new StoreUnavailableException(
            key + " has " + size + " bytes, more than " + limit, new IOException("too large"));
      }
      return Optional.of(Bytes.wrap(new ExactLengthInputStream(body, key, size).readAllBytes()));
    } catch (ErrorResponseException e) {
      if (isAbsent(e)) {
        return Optional.empty();
      }
      throw unavailable("reading " + key, e);
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (IOException e) {
      throw StoreUnavailableException.passing("reading " + key + " broke off", e);
    }
  }

  @Override
  public Optional<InputStream> open(String key, long from, long to)
      throws StoreUnavailableException {
    if (from < 0 || from >= to) {
      throw notARange(key, from, to);
    }
    GetObjectArgs args =
        GetObjectArgs.builder()
            .bucket(location.bucket())
            .object(key)
            .offset(from)
            .length(to - from)
            .build();
    try {
      GetObjectResponse body = ask("reading " + key, () -> client.getObject(args));
      if (contentLength(body, key) != to - from) {
        closeQuietly(body);
        throw notARange(key, from, to);
      }
      return Optional.of(new ExactLengthInputStream(body, key, to - from));
    } catch (ErrorResponseException e) {
      if (isAbsent(e)) {
        return Optional.empty();
      }
      if (e.response().code() == RANGE_NOT_SATISFIABLE) {
        throw notARange(key, from, to);
      }
      throw unavailable("reading " + key, e);
    }
  }

  @Override
  public Optional<ObjectStat> stat(String key) throws StoreUnavailableException {
    StatObjectArgs args = StatObjectArgs.builder().bucket(location.bucket()).object(key).build();
    try {
      var stat = ask("looking for " + key, () -> client.statObject(args));
      return Optional.of(new ObjectStat(key, stat.size(), stat.lastModified().toInstant()));
    } catch (ErrorResponseException e) {
      if (isAbsent(e)) {
        return Optional.empty();
      }
      throw unavailable("looking for " + key, e);
    }
  }

  @Override
  public List<ObjectStat> list(String prefix) throws StoreUnavailableException {
    ListObjectsArgs args =
        ListObjectsArgs.builder().bucket(location.bucket()).prefix(prefix).recursive(true).build();
    String what = "listing " + prefix;
    try {
      return ask(
          what,
          () -> {
            List<ObjectStat> found = new ArrayList<>();
            for (Result<Item> result : client.listObjects(args)) {
              Item item = result.get();
              found.add(
                  new ObjectStat(item.objectName(), item.size(), item.lastModified().toInstant()));
            }
            return found;
          });
    } catch (ErrorResponseException e) {
      throw unavailable(what, e);
    }
  }

  @Override
  public void delete(List<String> keys) throws StoreUnavailableException {
    for (String key : keys) {
      RemoveObjectArgs args =
          RemoveObjectArgs.builder().bucket(location.bucket()).object(key).build();
      try {
        tell("deleting " + key, () -> client.removeObject(args));
      } catch (ErrorResponseException e) {
        if (!isAbsent(e)) {
          throw unavailable("deleting " + key, e);
        }
      }
    }
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  @FunctionalInterface
  private interface Question<T> {
    T ask() throws MinioException;
  }

  @FunctionalInterface
  private interface Order {
    void tell() throws MinioException;
  }

  private void tell(String what, Order order)
      throws StoreUnavailableException, ErrorResponseException {
    ask(
        what,
        () -> {
          order.tell();
          return true;
        });
  }

  // The SDK hides a refused or broken connection in an IllegalStateException.
  private <T> T ask(String what, Question<T> question)
      throws StoreUnavailableException, ErrorResponseException {
    try {
      return question.ask();
    } catch (ErrorResponseException e) {
      throw e;
    } catch (MinioException | IllegalStateException e) {
      throw unavailable(what, e);
    }
  }

  private static boolean isAbsent(ErrorResponseException e) {
    return e.response().code() == NOT_FOUND && !"NoSuchBucket".equals(e.errorResponse().code());
  }

  private static IllegalArgumentException notARange(String key, long from, long to) {
    return new IllegalArgumentException("not a range of " + key + ": " + from + " to " + to);
  }

  private static long contentLength(GetObjectResponse body, String key)
      throws StoreUnavailableException {
    String length = body.headers().get("Content-Length");
    if (length == null) {
      closeQuietly(body);
      throw new StoreUnavailableException(
          "the storage does not say how long " + key + " is", new IOException("no Content-Length"));
    }
    return Long.parseLong(length);
  }

  private static void closeQuietly(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      LOG.debug("closing a body that nobody reads", e);
    }
  }

  private StoreUnavailableException unavailable(String what, Exception cause) {
    String message = what + " failed at " + location.endpoint() + ": " + cause.getMessage();
    return isPassing(cause)
        ? StoreUnavailableException.passing(message, cause)
        : new StoreUnavailableException(message, cause);
  }

  private static boolean isPassing(Exception e) {
    return switch (e) {
      case ErrorResponseException answered -> isPassing(answered.response().code());
      case ServerException answered -> isPassing(answered.statusCode());
      // A body that is no XML: what proxies in between say when nobody is behind them.
      case InvalidResponseException proxied -> true;
      default -> e.getCause() instanceof IOException;
    };
  }

  private static boolean isPassing(int status) {
    return status >= 500 || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT;
  }
}
