package dev.cairn.keyserver.home;

import dev.cairn.crypto.BackupKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.SortedSet;

/**
 * Looks into a home that a running keyserver owns. Takes no lock and changes nothing; what it sees
 * may have changed when it is used.
 */
public final class HomeView {
  private final HomeFiles files;

  private HomeView(HomeFiles files) {
    this.files = files;
  }

  /** Of a directory, which must be a home when it is asked. */
  public static HomeView of(Path directory) {
    return new HomeView(new HomeFiles(directory.toAbsolutePath().normalize()));
  }

  public Path directory() {
    return files.directory();
  }

  public HomeIdentity identity() {
    try {
      return files.readIdentity();
    } catch (IOException e) {
      throw new UncheckedIOException("The identity in " + directory() + " cannot be read", e);
    }
  }

  /** The backup key of a version; the caller closes it. */
  public BackupKey readBackupKey(int keyVersion) {
    try {
      return files.readBackupKey(keyVersion);
    } catch (IOException e) {
      throw new UncheckedIOException("The backup key in " + directory() + " cannot be read", e);
    }
  }

  /** The versions that there are backup keys of; more than one while a rotation is under way. */
  public SortedSet<Integer> keyVersions() {
    try {
      return files.keyVersions();
    } catch (IOException e) {
      throw new UncheckedIOException("The backup keys in " + directory() + " cannot be read", e);
    }
  }

  public Path storeFile() {
    return files.store();
  }

  public Path commitDirectory() {
    return files.commits();
  }
}
