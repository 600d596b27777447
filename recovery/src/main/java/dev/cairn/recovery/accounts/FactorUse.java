package dev.cairn.recovery.accounts;

/**
 * What an account's second factor was used for.
 *
 * @param failures wrong ones in a row; a right secret does not clear them
 * @param lastStep the newest time step whose code was used: it and those before are used up
 */
public record FactorUse(GuessCounter failures, long lastStep) {
  static final FactorUse NONE = new FactorUse(GuessCounter.NONE, 0);
}
