package dev.cairn.e2e.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stages of a Dockerfile: what each is made from, and its entry point. */
record Dockerfile(Map<String, String> from, Map<String, List<String>> entryPoints, String text) {
  private static final Pattern STAGE = Pattern.compile("FROM (\\S+) AS (\\S+)");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"");

  static Dockerfile read(Path file) throws IOException {
    String text = Files.readString(file);
    Map<String, String> from = new HashMap<>();
    Map<String, List<String>> entryPoints = new HashMap<>();
    String stage = "";
    for (String line : text.split("\n", -1)) {
      Matcher begins = STAGE.matcher(line);
      if (begins.matches()) {
        stage = begins.group(2);
        from.put(stage, begins.group(1));
      } else if (line.startsWith("ENTRYPOINT [")) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
          words.add(word.group(1));
        }
        entryPoints.put(stage, words);
      }
    }
    return new Dockerfile(from, entryPoints, text);
  }

  /** Of the stage, or of the one that it is made from. */
  List<String> entryPoint(String stage) {
    List<String> own = entryPoints.get(stage);
    if (own != null) {
      return own;
    }
    String parent = from.get(stage);
    if (parent == null) {
      throw new AssertionError("no entry point in " + stage);
    }
    return entryPoint(parent);
  }
}
