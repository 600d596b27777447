package dev.cairn.provider.topics;

/**
 * A topic exists with settings under which data would be lost or misjudged. Nothing was changed.
 */
public final class TopicSettingsException extends Exception {
  public TopicSettingsException(String message) {
    super(message);
  }
}
