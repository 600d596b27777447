package dev.cairn.keyserver.rebase;

import dev.cairn.keyserver.home.DurableFiles;
import dev.cairn.keyserver.state.SealedBase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a base is made: a directory in the home, with ciphertext only. It goes when the store has
 * gone over for good and the provider holds the base.
 *
 * @param directory need not exist
 * @param store the database of the live state
 */
public record Workshop(Path directory, Path store) {
  /** The database of what is sealed anew. */
  public Path database() {
    return directory.resolve("base.db");
  }

  Path files() {
    return directory.resolve("files");
  }

  SealedBase open(SealedBase.Target target) {
    try {
      if (Files.notExists(directory)) {
        DurableFiles.createPrivateDirectory(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("There is no room for a base", e);
    }
    return SealedBase.open(database(), store, target);
  }

  /** What is there, if anything. */
  public Optional<SealedBase> existing() {
    return SealedBase.openExisting(database(), store);
  }

  /** Removes everything. */
  public void clear() {
    try {
      if (Files.exists(directory)) {
        DurableFiles.removeTree(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("What is left of a base cannot be removed", e);
    }
  }
}
