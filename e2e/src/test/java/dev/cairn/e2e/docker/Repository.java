package dev.cairn.e2e.docker;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that the tests run in. */
final class Repository {
  private Repository() {}

  /** A file by its path from the top. */
  static Path file(String path) {
    for (Path each = Path.of("").toAbsolutePath(); each != null; each = each.getParent()) {
      if (Files.exists(each.resolve(path)) && Files.exists(each.resolve("cairn"))) {
        return each.resolve(path);
      }
    }
    throw new AssertionError(path + " is not in this checkout");
  }
}
