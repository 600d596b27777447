package dev.cairn.compactor.work;

/** Told of each arrow of the publishing order as it is reached; tests stop the worker there. */
@FunctionalInterface
public interface CrashPoints {
  /** In production: nothing happens. */
  CrashPoints NONE = point -> {};

  void reached(CrashPoint point);
}
