package dev.cairn.e2e.simulation;

import java.util.EnumSet;
import java.util.Set;

/** What is built wrong in a world, to see that the simulation notices. */
final class Faults {
  /** One safeguard that is taken out. */
  enum Fault {
    /** The disk says that it has forced what it has not. */
    FORCE_DOES_NOTHING,
    /** A failed send does not end the producer: it goes on with the next record. */
    FAILED_SEND_GOES_ON,
    /** The worker believes what it uploaded instead of reading it back. */
    NOTHING_IS_READ_BACK
  }

  private final Set<Fault> present;

  private Faults(Set<Fault> present) {
    this.present = present;
  }

  static Faults none() {
    return new Faults(EnumSet.noneOf(Fault.class));
  }

  static Faults of(Fault fault) {
    return new Faults(EnumSet.of(fault));
  }

  boolean has(Fault fault) {
    return present.contains(fault);
  }

  boolean ignoresForce() {
    return has(Fault.FORCE_DOES_NOTHING);
  }
}
