package dev.cairn.journal.checkpoint;

import dev.cairn.journal.judge.ChainPosition;
import java.util.Optional;

/**
 * Holds a recovery to a point that the chain is known to have reached: the recovered head must not
 * come before it, and where that record is met, in the log or as a manifest's, its head must match.
 *
 * <p>Show it every record of the accepted chain, the manifest's among them, then ask for the {@link
 * #result}.
 */
public final class FloorCheck {
  private final Checkpoint floor;
  private Optional<FloorViolation> differs = Optional.empty();

  public FloorCheck(Checkpoint floor) {
    this.floor = floor;
  }

  /** Takes a record of the chain. */
  public void meet(Checkpoint record) {
    if (differs.isEmpty() && record.isSamePlaceAs(floor) && !record.head().equals(floor.head())) {
      differs = Optional.of(new FloorViolation.HeadDiffers(floor, record.head()));
    }
  }

  /** What is wrong with a recovery that ends here. */
  public Optional<FloorViolation> result(ChainPosition end) {
    Checkpoint reached = Checkpoint.of(end);
    meet(reached);
    return differs.or(() ->
        reached.isBefore(floor)
            ? Optional.of(new FloorViolation.EndsBefore(floor, reached))
            : Optional.empty());
  }
}
