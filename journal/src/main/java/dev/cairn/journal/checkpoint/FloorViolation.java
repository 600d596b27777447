package dev.cairn.journal.checkpoint;

import dev.cairn.crypto.Bytes;

/** Why a recovered chain is not what is known of it. */
public sealed interface FloorViolation {
  Checkpoint floor();

  /** For messages: what happened. */
  String describe();

  /** The chain stops short of the floor: its end was cut off, or an older whole was shown. */
  record EndsBefore(Checkpoint floor, Checkpoint end) implements FloorViolation {
    @Override
    public String describe() {
      return "the backup ends at "
          + end
          + " and is known to have reached "
          + floor
          + ": what came after was lost or is withheld";
    }
  }

  /** The chain has another record in the floor's place: it is another history. */
  record HeadDiffers(Checkpoint floor, Bytes found) implements FloorViolation {
    @Override
    public String describe() {
      return "the backup has a record with head "
          + found.hex()
          + " in the place of "
          + floor
          + ": it is another history than the known one";
    }
  }
}
