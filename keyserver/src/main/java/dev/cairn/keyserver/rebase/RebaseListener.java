package dev.cairn.keyserver.rebase;

/** Hears how far a rebase is; called by the thread that asked for it, except for later steps. */
public interface RebaseListener {
  /** Says nothing. */
  RebaseListener NONE = new RebaseListener() {};

  /** A step was reached. */
  default void reached(RebaseStep step) {}

  /**
   * So much is sealed anew.
   *
   * @param slices sealed so far
   * @param live slices that there are, as far as known
   */
  default void sealed(long slices, long live) {}

  /** So many segments are uploaded, in this pass. */
  default void uploaded(int segments, int all) {}
}
