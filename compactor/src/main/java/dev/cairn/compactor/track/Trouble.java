package dev.cairn.compactor.track;

/** What a user's last job ran into. */
enum Trouble {
  NONE(0),
  /** The log is damaged. */
  DAMAGED(1),
  /** The log does not come to what its owner signed. */
  QUARANTINED(2),
  /** Something could not be reached, or is missing. */
  FAILED(3);

  private final int stored;

  Trouble(int stored) {
    this.stored = stored;
  }

  /** As the tracker stores it. */
  int stored() {
    return stored;
  }

  /** Reads it back; what this version does not know is none. */
  static Trouble of(int stored) {
    for (Trouble each : values()) {
      if (each.stored == stored) {
        return each;
      }
    }
    return NONE;
  }
}
