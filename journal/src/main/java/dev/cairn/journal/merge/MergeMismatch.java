package dev.cairn.journal.merge;

/**
 * The accepted records of a log and the state before them do not come to what the owner signed:
 * nothing may be truncated until the owner's rebase.
 *
 * @param kind what does not match
 * @param index of the record that says otherwise
 * @param detail for people
 */
public record MergeMismatch(Kind kind, long index, String detail) {
  /** What does not match. */
  public enum Kind {
    /** An operation names another element as replaced than the one that is there. */
    REPLACES,
    /** The entries do not come out in strictly ascending order of their tags. */
    ORDER,
    /** The state digest that the owner signed. */
    DIGEST,
    /** The number of live entries that the owner signed. */
    COUNT,
    /** The files that were written do not verify. */
    FILES
  }

  /** For messages: what happened. */
  public String describe() {
    String what =
        switch (kind) {
          case REPLACES ->
              "an operation names another element as replaced than the one that is there";
          case ORDER -> "the merged entries are not in strictly ascending order";
          case DIGEST -> "the merged state does not have the digest that the owner signed";
          case COUNT ->
              "the merged state does not have the number of entries that the owner signed";
          case FILES -> "the files of the merged state do not verify";
        };
    return what + " (record with index " + index + "): " + detail;
  }
}
