package dev.cairn.config;

import java.util.List;

/** The configuration cannot be used; every error is named at once, no secret is. */
public final class InvalidConfigException extends Exception {
  private final List<String> errors;

  public InvalidConfigException(String source, List<String> errors) {
    super(
        source
            + " cannot be used; nothing was started and nothing was changed:\n  - "
            + String.join("\n  - ", errors));
    this.errors = List.copyOf(errors);
  }

  public List<String> errors() {
    return errors;
  }
}
