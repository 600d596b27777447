package dev.cairn.cli.logging;

import java.util.Locale;
import java.util.Optional;

/** The form of log lines. */
public enum LogFormat {
  /** For people. */
  TEXT,
  /** One JSON object a line, for programs. */
  JSON;

  /** What command line and environment say; empty if it is neither. */
  static Optional<LogFormat> of(String name) {
    for (LogFormat format : values()) {
      if (format.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
