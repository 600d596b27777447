package dev.cairn.journal.state;

/**
 * What the owner signed about the state is not what the accepted operations come to.
 *
 * @param offset of the record that signs it
 * @param index of that record
 * @param signed what the record says
 * @param folded what its operations, and those before it, come to
 */
public record StateMismatch(Kind kind, long offset, long index, String signed, String folded) {
  /** What does not match. */
  public enum Kind {
    /**
     * The digest of the live state: an operation is wrong, or names a wrong element as replaced.
     */
    DIGEST,
    /** The number of live tags. */
    COUNT,
    /** The digest of the base that a rotation or rebase named. */
    BASE_DIGEST,
    /** The number of live tags in that base. */
    BASE_COUNT
  }

  /** For messages: what happened. */
  public String describe() {
    String what =
        switch (kind) {
          case DIGEST -> "state digest";
          case COUNT -> "number of live entries";
          case BASE_DIGEST -> "state digest of the base";
          case BASE_COUNT -> "number of live entries of the base";
        };
    return "the "
        + what
        + " signed in the record with index "
        + index
        + " at offset "
        + offset
        + " is "
        + signed
        + ", but the records come to "
        + folded;
  }
}
