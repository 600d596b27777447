package dev.cairn.keyserver.wallet;

import java.util.Optional;

/** What page and program say to each other, as JSON. */
final class PageMessages {
  private PageMessages() {}

  /** The page shows the one-time token that stands in its address. */
  record Claim(String token) {}

  /**
   * It gets a session, for itself alone.
   *
   * @param purpose {@code enrol}, {@code recover} or {@code change}
   * @param serverName the service, by the name that the owner has pinned
   */
  record Claimed(String session, String purpose, String serverName) {}

  /** The page waits for something newer than this. */
  record Next(int after) {}

  /**
   * What is to be done.
   *
   * @param number counts what was asked
   * @param kind {@code wait}, {@code connect}, {@code login}, {@code key}, {@code done} or {@code
   *     failed}
   * @param address the account that must sign
   * @param text what is signed by {@code personal_sign}
   * @param typedData the same as typed data
   * @param chainId the network that it names
   * @param turn for a key: 1 or 2
   * @param problem {@code address} or {@code signature}: what was wrong with the answer before
   * @param why for failed: sentences
   */
  record Ask(
      int number,
      String kind,
      Optional<String> address,
      Optional<String> text,
      Optional<String> typedData,
      Optional<Long> chainId,
      Optional<Integer> turn,
      Optional<String> problem,
      Optional<String> why) {
    static Ask of(int number, String kind) {
      return new Ask(
          number,
          kind,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    Ask numbered(int other, Optional<String> itsProblem) {
      return new Ask(other, kind, address, text, typedData, chainId, turn, itsProblem, why);
    }

    Ask because(String sentences) {
      return new Ask(
          number, kind, address, text, typedData, chainId, turn, problem, Optional.of(sentences));
    }

    Ask by(Optional<String> account) {
      return new Ask(number, kind, account, text, typedData, chainId, turn, problem, why);
    }
  }

  /**
   * What the wallet answered, or that its owner does not want to. A class and not a record: the
   * signature may be the secret.
   */
  static final class Answer {
    /** The number of what was asked. */
    public int number = -1;

    /** {@code address}, {@code eip4361}, {@code eip712}, {@code key} or {@code cancel}. */
    public String kind = "";

    /** The account, or the signature. */
    public char[] value = new char[0];
  }

  /** That something arrived, or why not. */
  record Taken(boolean taken) {}
}
