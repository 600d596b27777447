package dev.cairn.provider.topics;

/** One setting of a topic, and which values of an existing topic will do. */
record Setting(String key, String value, boolean isMinimum) {
  static Setting exactly(String key, String value) {
    return new Setting(key, value, false);
  }

  static Setting atLeast(String key, long value) {
    return new Setting(key, Long.toString(value), true);
  }

  /** Whether a topic that has {@code actual} may be used. A negative retention means for ever. */
  boolean isMetBy(String actual) {
    if (!isMinimum) {
      return value.equals(actual);
    }
    try {
      long number = Long.parseLong(actual);
      return number < 0 || number >= Long.parseLong(value);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return (isMinimum ? "at least " : "") + (value.isEmpty() ? "nothing" : value);
  }
}
