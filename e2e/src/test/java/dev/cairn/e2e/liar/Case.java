package dev.cairn.e2e.liar;

/** One lie, told to one owner. */
record Case(Row row, String name, Who who, How how, Lie lie) {
  /** Whose backup it is about. */
  enum Who {
    /** With a rotation in the past, two snapshots and a tail. */
    ALICE,
    /** With a log from its genesis on, and no snapshot. */
    CAROL,
    /** With a small log. */
    SMALL
  }

  /** What the owner does. */
  enum How {
    /** Reads, after an honest login. */
    READ,
    /** Logs in and reads. */
    LOGIN,
    /** Logs in, reads and takes over. */
    TAKEOVER
  }

  @Override
  public String toString() {
    return row + ": " + name + " (" + who + ", " + how + ")";
  }
}
