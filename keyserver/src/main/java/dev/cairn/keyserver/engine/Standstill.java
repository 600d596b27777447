package dev.cairn.keyserver.engine;

import dev.cairn.keyserver.error.UnavailableException;

/**
 * Holds the engine still for somebody: the writer seals nothing more, everything sealed is on disk
 * and in the store, and its files, store and composer belong to the caller until it is done. What
 * callers submit meanwhile waits in the queue, within its bound. One at a time.
 */
final class Standstill {
  private final Pipeline pipeline;

  /** What is done meanwhile. */
  interface Work<T> {
    T run() throws InterruptedException;
  }

  Standstill(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  <T> T during(Work<T> work) throws InterruptedException {
    pipeline.lock.lock();
    try {
      pipeline.requireRunning();
      if (pipeline.pausing) {
        throw new UnavailableException("The keyserver is held still by somebody else already");
      }
      pipeline.pausing = true;
      boolean still = false;
      try {
        pipeline.writerWork.signalAll();
        while (!pipeline.isStill()) {
          pipeline.requireRunning();
          pipeline.progress.await();
        }
        still = true;
      } finally {
        if (!still) {
          resume();
        }
      }
    } finally {
      pipeline.lock.unlock();
    }
    try {
      return work.run();
    } finally {
      pipeline.lock.lock();
      try {
        resume();
      } finally {
        pipeline.lock.unlock();
      }
    }
  }

  private void resume() {
    pipeline.pausing = false;
    pipeline.signalAll();
  }
}
