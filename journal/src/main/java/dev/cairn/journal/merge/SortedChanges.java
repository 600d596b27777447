package dev.cairn.journal.merge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Changes in the order of their tags, one for each tag, from several sorted runs in the order of
 * the log.
 */
final class SortedChanges implements AutoCloseable {
  /** The next change of one run. */
  private record Next(TagChange change, int run) {}

  private interface Run extends AutoCloseable {
    Optional<TagChange> next() throws IOException;

    @Override
    void close() throws IOException;
  }

  private final List<Run> runs;
  private final PriorityQueue<Next> queue =
      new PriorityQueue<>(Comparator.comparing(Next::change).thenComparingInt(Next::run));
  private Optional<TagChange> peeked = Optional.empty();

  private SortedChanges(List<Run> runs) throws IOException {
    this.runs = runs;
    for (int i = 0; i < runs.size(); i++) {
      advance(i);
    }
  }

  static SortedChanges of(List<TagChange> sorted) throws IOException {
    return new SortedChanges(List.of(inMemory(sorted)));
  }

  static SortedChanges merge(List<Spill.Written> spills, List<TagChange> last) throws IOException {
    List<Run> runs = new ArrayList<>();
    try {
      for (Spill.Written spill : spills) {
        runs.add(onDisk(spill.open()));
      }
      runs.add(inMemory(last));
      return new SortedChanges(runs);
    } catch (IOException e) {
      closeAll(runs);
      throw e;
    }
  }

  /** The next change, which stays; empty at the end. */
  Optional<TagChange> peek() throws IOException, MergeMismatchException {
    if (peeked.isEmpty() && !queue.isEmpty()) {
      TagChange change = poll();
      while (!queue.isEmpty() && queue.peek().change().tag().equals(change.tag())) {
        change = change.then(poll());
      }
      peeked = Optional.of(change);
    }
    return peeked;
  }

  /** The next change, which goes. */
  TagChange take() throws IOException, MergeMismatchException {
    TagChange taken = peek().orElseThrow();
    peeked = Optional.empty();
    return taken;
  }

  @Override
  public void close() throws IOException {
    closeAll(runs);
  }

  private TagChange poll() throws IOException {
    Next next = queue.remove();
    advance(next.run());
    return next.change();
  }

  private void advance(int run) throws IOException {
    runs.get(run).next().ifPresent(change -> queue.add(new Next(change, run)));
  }

  private static void closeAll(List<Run> runs) throws IOException {
    Optional<IOException> failure = Optional.empty();
    for (Run run : runs) {
      try {
        run.close();
      } catch (IOException e) {
        failure = Optional.of(e);
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static Run inMemory(List<TagChange> sorted) {
    Iterator<TagChange> iterator = sorted.iterator();
    return new Run() {
      @Override
      public Optional<TagChange> next() {
        return iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty();
      }

      @Override
      public void close() {}
    };
  }

  private static Run onDisk(Spill.Reader reader) {
    return new Run() {
      @Override
      public Optional<TagChange> next() throws IOException {
        return reader.next();
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    };
  }
}
