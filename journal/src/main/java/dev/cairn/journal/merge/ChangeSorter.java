package dev.cairn.journal.merge;

import dev.cairn.crypto.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * External sort: takes changes in the order of the log, folds those of one tag to one, and gives
 * them out in the order of the tags. What does not fit the budget goes to sorted files. Not
 * thread-safe.
 */
final class ChangeSorter implements AutoCloseable {
  private static final int MAX_RUNS = 64;

  private final Path directory;
  private final long budgetBytes;
  private final Map<Bytes, TagChange> memory = new HashMap<>();
  private final List<Spill.Written> runs = new ArrayList<>();
  private long memoryBytes;
  private int created;

  ChangeSorter(Path directory, long budgetBytes) {
    this.directory = directory;
    this.budgetBytes = budgetBytes;
  }

  void add(TagChange change) throws IOException, MergeMismatchException {
    TagChange before = memory.get(change.tag());
    TagChange now = before == null ? change : before.then(change);
    memory.put(change.tag(), now);
    memoryBytes += now.memory() - (before == null ? 0 : before.memory());
    if (memoryBytes > budgetBytes) {
      spill();
    }
  }

  /** All changes in the order of their tags, one for each tag. Nothing may be added meanwhile. */
  SortedChanges sorted() throws IOException {
    if (runs.isEmpty()) {
      return SortedChanges.of(sortedMemory());
    }
    return SortedChanges.merge(runs, sortedMemory());
  }

  /** Forgets everything. */
  void clear() throws IOException {
    memory.clear();
    memoryBytes = 0;
    for (Spill.Written run : runs) {
      run.delete();
    }
    runs.clear();
  }

  int runs() {
    return runs.size();
  }

  @Override
  public void close() throws IOException {
    clear();
  }

  private List<TagChange> sortedMemory() {
    return memory.values().stream().sorted().toList();
  }

  private void spill() throws IOException, MergeMismatchException {
    runs.add(Spill.write(nextPath(), sortedMemory()));
    memory.clear();
    memoryBytes = 0;
    if (runs.size() >= MAX_RUNS) {
      join();
    }
  }

  private void join() throws IOException, MergeMismatchException {
    Spill.Written joined;
    try (Spill.Writer writer = new Spill.Writer(nextPath());
        SortedChanges all = SortedChanges.merge(runs, List.of())) {
      while (all.peek().isPresent()) {
        writer.write(all.take());
      }
      joined = writer.written();
    }
    for (Spill.Written run : runs) {
      run.delete();
    }
    runs.clear();
    runs.add(joined);
  }

  private Path nextPath() {
    return directory.resolve("run-" + created++ + ".tmp");
  }
}
