package dev.cairn.recovery.metrics;

import java.time.Duration;

/** Is told what requests came to. Thread-safe; returns at once. */
public interface RequestObserver {
  /** Nobody watches. */
  RequestObserver NONE =
      new RequestObserver() {
        @Override
        public void answered(String method, String route, int status, Duration duration) {}

        @Override
        public void refused(String route, String code) {}

        @Override
        public void streamed(Streamed what, long bytes) {}
      };

  /** What is given out in bulk. */
  enum Streamed {
    SNAPSHOT,
    LOG
  }

  /** A request was answered, in whatever way. */
  void answered(String method, String route, int status, Duration duration);

  /** A request was refused with one of the protocol's error codes. */
  void refused(String route, String code);

  /** An owner was given bytes. */
  void streamed(Streamed what, long bytes);
}
