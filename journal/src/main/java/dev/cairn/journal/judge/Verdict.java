package dev.cairn.journal.judge;

/** What one record of the log counts for. Every reader of the same log gives the same verdicts. */
public enum Verdict {
  /** Authentic and the next of the chain: it becomes the head. */
  ACCEPTED,
  /** Of an earlier epoch, or it names an earlier key version: no effect. */
  STALE,
  /**
   * An opening of a later epoch that came too late: its sender reads on and opens again. No effect.
   */
  UNOPENED,
  /** Sent again, or lost a race. No effect. */
  PASSED,
  /**
   * Authentic, but something is missing before it, or it was sent early and comes again: damage.
   */
  AHEAD,
  /** Not authentic: damage. */
  ALIEN
}
