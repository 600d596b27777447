package dev.cairn.compactor.work;

import dev.cairn.crypto.Bytes;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.PutResult;
import dev.cairn.provider.store.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Storage in a directory, for tests with more data than memory. Reads to the end of objects only.
 */
record DirectoryStore(Path root) implements ObjectStore {
  @Override
  public PutResult putIfAbsent(String key, Bytes content) throws StoreUnavailableException {
    return call(() -> {
      try {
        Files.write(path(key), content.toByteArray(), StandardOpenOption.CREATE_NEW);
        return PutResult.CREATED;
      } catch (FileAlreadyExistsException e) {
        return PutResult.ALREADY_THERE;
      }
    });
  }

  @Override
  public PutResult putIfAbsent(String key, Path file) throws StoreUnavailableException {
    return call(() -> {
      try {
        Files.copy(file, path(key));
        return PutResult.CREATED;
      } catch (FileAlreadyExistsException e) {
        return PutResult.ALREADY_THERE;
      }
    });
  }

  @Override
  public void put(String key, Bytes content) throws StoreUnavailableException {
    call(() -> Files.write(path(key), content.toByteArray()));
  }

  @Override
  public Optional<Bytes> get(String key, long limit) throws StoreUnavailableException {
    return call(() ->
        Files.exists(path(key))
            ? Optional.of(Bytes.wrap(Files.readAllBytes(path(key))))
            : Optional.empty());
  }

  @Override
  public Optional<InputStream> open(String key, long from, long to)
      throws StoreUnavailableException {
    return call(() ->
        Files.exists(path(key))
            ? Optional.of(Channels.newInputStream(FileChannel.open(path(key)).position(from)))
            : Optional.empty());
  }

  @Override
  public Optional<ObjectStat> stat(String key) throws StoreUnavailableException {
    return call(() -> Files.exists(path(key)) ? Optional.of(stat(path(key))) : Optional.empty());
  }

  @Override
  public List<ObjectStat> list(String prefix) throws StoreUnavailableException {
    return call(() -> {
      List<ObjectStat> found = new ArrayList<>();
      try (Stream<Path> paths = Files.walk(root)) {
        for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
          if (root.relativize(path).toString().startsWith(prefix)) {
            found.add(stat(path));
          }
        }
      }
      return found;
    });
  }

  @Override
  public void delete(List<String> keys) throws StoreUnavailableException {
    for (String key : keys) {
      call(() -> Files.deleteIfExists(path(key)));
    }
  }

  private ObjectStat stat(Path path) throws IOException {
    return new ObjectStat(
        root.relativize(path).toString(),
        Files.size(path),
        Files.getLastModifiedTime(path).toInstant());
  }

  private Path path(String key) throws IOException {
    Path path = root.resolve(key);
    Files.createDirectories(path.getParent());
    return path;
  }

  private interface Call<T> {
    T run() throws IOException;
  }

  private static <T> T call(Call<T> call) throws StoreUnavailableException {
    try {
      return call.run();
    } catch (IOException e) {
      throw new StoreUnavailableException("the directory cannot be used", e);
    }
  }
}
