package dev.cairn.keyserver.home;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.BackupKeyAccess;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.MalformedInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where everything in a home lies. */
record HomeFiles(Path directory) {
  private static final Pattern BACKUP_KEY = Pattern.compile("backup-key-([1-9][0-9]{0,8})");

  Path identity() {
    return directory.resolve("identity.json");
  }

  Path backupKey(int keyVersion) {
    return directory.resolve("backup-key-" + keyVersion);
  }

  Path rebase() {
    return directory.resolve("rebase");
  }

  /** The key versions whose files are here. */
  SortedSet<Integer> keyVersions() throws IOException {
    SortedSet<Integer> versions = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      files
          .map(file -> BACKUP_KEY.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .forEach(matcher -> versions.add(Integer.parseInt(matcher.group(1))));
    }
    return versions;
  }

  void removeBackupKey(int keyVersion) throws IOException {
    Files.deleteIfExists(backupKey(keyVersion));
    DurableFiles.forceDirectory(directory);
  }

  Path lock() {
    return directory.resolve("lock");
  }

  Path store() {
    return directory.resolve("store.db");
  }

  Path commits() {
    return directory.resolve("commits");
  }

  Path api() {
    return directory.resolve("api.properties");
  }

  HomeIdentity readIdentity() throws IOException {
    try {
      return HomeIdentity.fromJson(Files.readAllBytes(identity()));
    } catch (NoSuchFileException e) {
      throw new MalformedInputException(
          directory
              + " is no keyserver's home: it has no "
              + identity().getFileName()
              + ". Make one with init or recover",
          e);
    }
  }

  void writeIdentity(HomeIdentity identity) throws IOException {
    DurableFiles.replace(identity(), identity.toJson());
  }

  BackupKey readBackupKey(int keyVersion) throws IOException {
    Path file = backupKey(keyVersion);
    byte[] material;
    try {
      material = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IntegrityException(
          "The home has no backup key of version "
              + keyVersion
              + ": without it nothing can be sealed or opened. Recover",
          e);
    }
    if (material.length != BackupKey.SIZE) {
      Arrays.fill(material, (byte) 0);
      throw new IntegrityException(
          "The backup key in " + file + " does not have " + BackupKey.SIZE + " bytes. Recover");
    }
    return BackupKey.takeOwnershipOf(material);
  }

  void writeBackupKey(int keyVersion, BackupKey key) throws IOException {
    byte[] material = BackupKeyAccess.copyMaterial(key);
    try {
      DurableFiles.replace(backupKey(keyVersion), material);
    } finally {
      Arrays.fill(material, (byte) 0);
    }
  }
}
