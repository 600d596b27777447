package dev.cairn.provider.config;

import java.util.List;

/** The configuration cannot be used; every error is named at once. */
public final class InvalidConfigException extends Exception {
  private final List<String> errors;

  public InvalidConfigException(String file, List<String> errors) {
    super(
        file
            + " cannot be used; nothing was started and nothing was changed:\n  - "
            + String.join("\n  - ", errors));
    this.errors = List.copyOf(errors);
  }

  public List<String> errors() {
    return errors;
  }
}
