package dev.cairn.keyserver.wallet;

/** Where a person reads and types. */
public interface Terminal {
  /** Shows lines. */
  void show(String lines);

  /**
   * Asks for a line that is no secret.
   *
   * @throws dev.cairn.keyserver.error.MalformedInputException if nobody types
   */
  String ask(String prompt);

  /**
   * Asks for a line that is not shown where it is typed.
   *
   * @return the caller zeroes it
   * @throws dev.cairn.keyserver.error.MalformedInputException if nobody types
   */
  char[] askSecret(String prompt);
}
