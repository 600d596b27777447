package dev.cairn.keyserver.recover;

/** What a recovery is at, in this order; a broken snapshot leads back to {@link #SNAPSHOT}. */
public enum Phase {
  /** Proving the secret and the backup key. */
  LOGIN,
  /** Choosing a snapshot; after it the totals are known. */
  PLAN,
  /** Fetching, verifying, opening and storing the snapshot. */
  SNAPSHOT,
  /** Reading, judging and applying what came after it. */
  LOG,
  /** Shutting the old keyserver out and opening a new epoch. */
  TAKEOVER,
  /** Moving the home into its place. */
  FINISH
}
