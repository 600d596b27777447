package dev.cairn.keyserver.recover;

/** Hears how far a recovery is; called often, from one thread at a time. */
public interface ProgressListener {
  /** A listener that does not care. */
  ProgressListener NONE =
      new ProgressListener() {
        @Override
        public void progress(Progress progress) {}

        @Override
        public void warning(String message) {}
      };

  /** The recovery got on. */
  void progress(Progress progress);

  /** Something that the owner should know at once; it is in the report, too. */
  void warning(String message);
}
