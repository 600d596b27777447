package dev.cairn.cli.output;

import java.time.Duration;
import java.util.Locale;

/** Numbers for people. */
public final class Figures {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

  private Figures() {}

  /** With thousands apart. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A size. */
  public static String bytes(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1024 && unit < UNITS.length - 1) {
      size /= 1024;
      unit++;
    }
    return unit == 0
        ? count(bytes) + " bytes"
        : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
  }

  /** A duration. */
  public static String time(Duration duration) {
    double seconds = duration.toNanos() / 1e9;
    return seconds < 1
        ? String.format(Locale.ROOT, "%.0f ms", seconds * 1000)
        : seconds < 120
            ? String.format(Locale.ROOT, "%.1f s", seconds)
            : String.format(
                Locale.ROOT, "%d min %d s", duration.toMinutes(), duration.toSecondsPart());
  }

  /** How many a second. */
  public static String rate(long number, Duration duration) {
    double seconds = Math.max(duration.toNanos() / 1e9, 1e-9);
    return String.format(Locale.ROOT, "%,.0f", number / seconds);
  }

  /** Text with blanks up to a width, and at least one. */
  public static String padded(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }
}
