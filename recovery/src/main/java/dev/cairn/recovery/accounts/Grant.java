package dev.cairn.recovery.accounts;

import java.util.OptionalLong;

/**
 * The right to open an epoch.
 *
 * @param takeoverId id that the client chose; {@code registration} for the first epoch
 * @param finalEndOffset end of the log for all earlier writers, once that is certain
 */
public record Grant(
    String takeoverId, long epoch, Stage stage, OptionalLong finalEndOffset, boolean provisioned) {
  /** How far a grant has come; it only moves forward. */
  public enum Stage {
    GRANTED,
    REVOKED,
    ISSUED
  }

  Grant revoked() {
    return stage == Stage.GRANTED
        ? new Grant(takeoverId, epoch, Stage.REVOKED, finalEndOffset, provisioned)
        : this;
  }

  Grant issued(long endOffset) {
    return stage == Stage.REVOKED
        ? new Grant(takeoverId, epoch, Stage.ISSUED, OptionalLong.of(endOffset), provisioned)
        : this;
  }

  Grant provisionedNow() {
    return new Grant(takeoverId, epoch, stage, finalEndOffset, true);
  }
}
