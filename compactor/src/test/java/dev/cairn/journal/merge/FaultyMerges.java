package dev.cairn.journal.merge;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.SnapshotEntry;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Merges that do one thing wrong to the entry at one position, counted over all merges. */
public final class FaultyMerges {
  /** What a broken merge may do to one entry. */
  public enum Fault {
    DROP,
    DUPLICATE,
    /** Another value, which the index does not know of. */
    ALTER,
    ALTER_WITH_ELEMENT,
    SWAP,
    SWAP_VALUES
  }

  private FaultyMerges() {}

  public static SnapshotMerge of(Fault fault, int position, UserId user) {
    AtomicInteger count = new AtomicInteger();
    return new SnapshotMerge(
        new SnapshotMerge.Passage() {
          private Optional<LiveEntry> held = Optional.empty();

          @Override
          public void pass(LiveEntry entry, SnapshotMerge.Output output)
              throws IOException, MergeMismatchException {
            int number = count.getAndIncrement();
            if (held.isPresent()) {
              LiveEntry first = held.get();
              held = Optional.empty();
              if (fault == Fault.SWAP) {
                output.add(entry);
                output.add(first);
              } else {
                output.add(withValue(first, entry.entry().sealed(), user));
                output.add(withValue(entry, first.entry().sealed(), user));
              }
              return;
            }
            if (number != position) {
              output.add(entry);
              return;
            }
            switch (fault) {
              case DROP -> {}
              case DUPLICATE -> {
                output.add(entry);
                output.add(entry);
              }
              case ALTER ->
                  output.add(
                      new LiveEntry(
                          withValue(entry, flipped(entry.entry().sealed()), user).entry(),
                          entry.element()));
              case ALTER_WITH_ELEMENT ->
                  output.add(withValue(entry, flipped(entry.entry().sealed()), user));
              case SWAP, SWAP_VALUES -> held = Optional.of(entry);
            }
          }
        });
  }

  private static LiveEntry withValue(LiveEntry entry, Bytes sealed, UserId user) {
    SnapshotEntry changed =
        new SnapshotEntry(entry.tag(), entry.entry().epoch(), entry.entry().sequence(), sealed);
    return new LiveEntry(changed, changed.element(user, 1));
  }

  private static Bytes flipped(Bytes sealed) {
    byte[] bytes = sealed.toByteArray();
    bytes[bytes.length / 2] ^= 1;
    return Bytes.wrap(bytes);
  }
}
