package dev.cairn.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.output.Streams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Figures of one run: printed as they come, and kept as JSON. Not thread-safe. */
public final class Report {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Streams streams;
  private final ArrayNode figures = MAPPER.createArrayNode();
  private String section = "";

  public Report(Streams streams) {
    this.streams = streams;
  }

  /** What the figures that follow are of. */
  public void section(String title) throws IOException {
    section = title;
    line("");
    line(title);
  }

  /** One figure. */
  public void figure(String name, double value, String unit) throws IOException {
    ObjectNode figure = figures.addObject();
    figure.put("section", section).put("name", name).put("value", value).put("unit", unit);
    line(String.format(Locale.ROOT, "  %-58s %14s %s", name, number(value), unit));
  }

  /** Two figures of this run in proportion, and the bar that was set. */
  public void ratio(String name, double value, Optional<String> bar) throws IOException {
    ObjectNode figure = figures.addObject();
    figure.put("section", section).put("name", name).put("value", value).put("unit", "x");
    bar.ifPresent(text -> figure.put("bar", text));
    line(
        String.format(
            Locale.ROOT,
            "  %-58s %14.2f x%s",
            name,
            value,
            bar.map(text -> "   bar: " + text).orElse("")));
  }

  /** Something that a reader of the figures must know. */
  public void note(String text) throws IOException {
    line("  " + text);
  }

  /** Keeps all figures. */
  public void write(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), figures);
    line("");
    line("All figures: " + file);
  }

  // At once: a run takes long, and one that fails has still measured something.
  private void line(String text) throws IOException {
    streams.line(text);
    streams.flushed();
  }

  private static String number(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
