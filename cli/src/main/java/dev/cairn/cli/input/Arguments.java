package dev.cairn.cli.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The arguments as they were given. Under a locale that is not UTF-8 the JVM replaces every other
 * character before {@code main} sees it, and an object's id would silently be another one; where
 * the system still has the original bytes, they are taken instead.
 */
public final class Arguments {
  private static final Path ORIGINAL = Path.of("/proc/self/cmdline");

  private Arguments() {}

  /** The arguments in UTF-8. */
  public static String[] exact(String[] seen) {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    if (encoding.toUpperCase(Locale.ROOT).equals("UTF-8") || !Files.isReadable(ORIGINAL)) {
      return seen;
    }
    try {
      return exact(seen, Files.readAllBytes(ORIGINAL));
    } catch (IOException e) {
      return seen;
    }
  }

  /** The last arguments of a process's, which are separated by zero bytes. */
  static String[] exact(String[] seen, byte[] original) {
    List<String> all = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < original.length; i++) {
      if (original[i] == 0) {
        all.add(new String(original, from, i - from, StandardCharsets.UTF_8));
        from = i + 1;
      }
    }
    return all.size() <= seen.length
        ? seen
        : all.subList(all.size() - seen.length, all.size()).toArray(String[]::new);
  }
}
