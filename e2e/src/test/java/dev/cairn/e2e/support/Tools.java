package dev.cairn.e2e.support;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Real servers and other people's clients that tests talk to, as {@code .ci/tools} installs them.
 *
 * <p>A test that needs one is skipped on a machine that lacks it, and fails there if {@code
 * CAIRN_REQUIRE_TOOLS} is set, as it is in CI: nothing is skipped unseen.
 */
public final class Tools {
  private static final Path HOME =
      Path.of(
          Optional.ofNullable(System.getenv("CAIRN_TOOLS"))
              .orElse(System.getProperty("user.home") + "/.cache/cairn/tools"));

  private Tools() {}

  /** The program of that name: installed by {@code .ci/tools}, or on the PATH. */
  public static Path program(String name) {
    List<Path> places = new ArrayList<>();
    places.add(HOME.resolve("bin"));
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String entry : path.split(File.pathSeparator, -1)) {
      places.add(Path.of(entry.isEmpty() ? "." : entry));
    }
    return places.stream()
        .map(place -> place.resolve(name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(() -> missing(name));
  }

  /** What {@code .ci/tools} installed under that path. */
  public static Path installed(String path) {
    Path found = HOME.resolve(path);
    return Files.exists(found) ? found : missing(path);
  }

  private static Path missing(String name) {
    String message = name + " is not here: .ci/tools installs it";
    if (System.getenv("CAIRN_REQUIRE_TOOLS") != null) {
      return Assertions.fail(message);
    }
    return Assumptions.abort(message);
  }
}
