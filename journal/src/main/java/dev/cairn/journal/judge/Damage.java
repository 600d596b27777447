package dev.cairn.journal.judge;

import java.util.OptionalLong;

/**
 * Evidence, not healed so far, that the log is not what its owner wrote.
 *
 * @param offset of the first record that shows it
 * @param nextIndex index that the chain waits for
 * @param evidenceIndex index which that record claims, if it can be read
 */
public record Damage(Kind kind, long offset, long nextIndex, OptionalLong evidenceIndex) {
  /** What shows it. */
  public enum Kind {
    /** Authentic records whose predecessors are missing. Heals when the chain passes them. */
    RECORDS_MISSING,
    /** A record that is not authentic. Heals when a record is accepted after it. */
    ALIEN_RECORD,
    /**
     * A record of a key version that the chain has not reached. Heals when an epoch is opened and
     * then a commit accepted.
     */
    LATER_KEY_VERSION
  }

  /** For messages: what happened. */
  public String describe() {
    String where = "at offset " + offset + ", while the chain waits for index " + nextIndex;
    return switch (kind) {
      case RECORDS_MISSING ->
          "records are missing: an authentic record"
              + (evidenceIndex.isPresent() ? " with index " + evidenceIndex.getAsLong() : "")
              + " stands "
              + where;
      case ALIEN_RECORD -> "a record that the owner did not write stands " + where;
      case LATER_KEY_VERSION ->
          "a record of a later key version, which nothing introduced, stands " + where;
    };
  }
}
