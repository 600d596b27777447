package dev.cairn.metrics;

import java.util.List;

/**
 * A label of a metric. Its values are few and known: none ever names a user.
 *
 * @param values all of them; series of each are there from the start, so that "never" is a zero and
 *     not a gap. Empty if they are the service's routes or answers, which appear when first used
 */
public record Label(String name, String meaning, List<String> values) {
  public Label {
    values = List.copyOf(values);
  }

  static Label of(String name, String meaning, String... values) {
    return new Label(name, meaning, List.of(values));
  }
}
