package dev.cairn.journal.merge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps changes in order until it is known whether they count; what does not fit the budget goes to
 * files.
 */
final class ChangeBuffer implements AutoCloseable {
  /** Takes what a buffer gives out. */
  interface Sink {
    void accept(TagChange change) throws IOException, MergeMismatchException;
  }

  private final Path directory;
  private final String name;
  private final long budgetBytes;
  private final List<Spill.Written> spills = new ArrayList<>();
  private List<TagChange> memory = new ArrayList<>();
  private long memoryBytes;
  private int created;

  ChangeBuffer(Path directory, String name, long budgetBytes) {
    this.directory = directory;
    this.name = name;
    this.budgetBytes = budgetBytes;
  }

  void add(TagChange change) throws IOException {
    memory.add(change);
    memoryBytes += change.memory();
    if (memoryBytes > budgetBytes) {
      spills.add(Spill.write(directory.resolve(name + "-" + created++ + ".tmp"), memory));
      memory = new ArrayList<>();
      memoryBytes = 0;
    }
  }

  /** Gives out everything in order and is empty then. */
  void drainTo(Sink sink) throws IOException, MergeMismatchException {
    for (Spill.Written spill : spills) {
      try (Spill.Reader reader = spill.open()) {
        for (Optional<TagChange> next = reader.next(); next.isPresent(); next = reader.next()) {
          sink.accept(next.get());
        }
      }
    }
    for (TagChange change : memory) {
      sink.accept(change);
    }
    clear();
  }

  boolean isEmpty() {
    return spills.isEmpty() && memory.isEmpty();
  }

  void clear() throws IOException {
    for (Spill.Written spill : spills) {
      spill.delete();
    }
    spills.clear();
    memory = new ArrayList<>();
    memoryBytes = 0;
  }

  @Override
  public void close() throws IOException {
    clear();
  }
}
