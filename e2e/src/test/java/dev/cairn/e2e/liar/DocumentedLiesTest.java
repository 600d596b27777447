package dev.cairn.e2e.liar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentedLiesTest {
  private static List<String> table() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("..", "docs", "threat-model.md"));
    return lines.subList(
        lines.indexOf("<!-- lies: begin -->") + 3, lines.indexOf("<!-- lies: end -->"));
  }

  @Test
  void theThreatModelHasARowForEveryLieAndNoOther() throws IOException {
    assertEquals(
        Arrays.stream(Row.values()).map(Row::text).toList(),
        table().stream().map(line -> line.split("\\|", -1)[1].strip()).toList());
  }

  @Test
  void whatIsNotCaughtIsSaidToBe() throws IOException {
    List<String> lines = table();
    for (Row row : Row.values()) {
      String line =
          lines.stream()
              .filter(it -> it.startsWith("| " + row.text() + " |"))
              .findFirst()
              .orElseThrow();
      assertEquals(row.maySeemWhole(), line.contains("**not caught without memory"), row.text());
    }
  }
}
