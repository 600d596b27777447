package dev.cairn.compactor.track;

/** What a user's last job ran into. The order is part of what the tracker stores. */
enum Trouble {
  NONE,
  /** The log is damaged. */
  DAMAGED,
  /** The log does not come to what its owner signed. */
  QUARANTINED,
  /** Something could not be reached, or is missing. */
  FAILED
}
