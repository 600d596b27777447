package dev.cairn.keyserver.rebase;

/**
 * The steps of going over to a base, in this order: after each a keyserver may die without harm,
 * and the next start or attempt goes on.
 */
public enum RebaseStep {
  /** Rotation: the next backup key is in the home, and nowhere else. */
  KEY_WRITTEN,
  /** Rotation: the bundle holds both keys. */
  BUNDLE_HOLDS_BOTH,
  /** Some of the state is sealed anew. */
  SEALED,
  /** A file of the base is uploaded. */
  FILE_UPLOADED,
  /** All segments are uploaded; the keyserver goes on writing. */
  PASS_UPLOADED,
  /** The writer holds still, and what had changed is uploaded too. */
  HELD_STILL,
  /** The manifest is uploaded. */
  MANIFEST_UPLOADED,
  /** Under which id the epoch is asked for is on disk. */
  ANNOUNCED_HERE,
  /** The signed opening is on disk, the store still at the state before: it is decided. */
  DECIDED,
  /** The store has gone over. */
  GONE_OVER,
  /** The epoch is issued, the principal before is shut out. */
  ISSUED,
  /** The provider has verified the base, and everybody who reads begins with it. */
  PUBLISHED,
  /** The opening is accepted in the log; what was made on the way is still here. */
  BACKED_UP,
  /** Rotation: the bundle holds the next key only. */
  BUNDLE_HOLDS_NEW,
  /** Rotation: the key before is gone from the home. */
  OLD_KEY_REMOVED;

  /** Whether only a rotation has this step. */
  public boolean isOfRotation() {
    return switch (this) {
      case KEY_WRITTEN, BUNDLE_HOLDS_BOTH, BUNDLE_HOLDS_NEW, OLD_KEY_REMOVED -> true;
      case SEALED,
          FILE_UPLOADED,
          PASS_UPLOADED,
          HELD_STILL,
          MANIFEST_UPLOADED,
          ANNOUNCED_HERE,
          DECIDED,
          GONE_OVER,
          ISSUED,
          PUBLISHED,
          BACKED_UP ->
          false;
    };
  }
}
