package dev.cairn.keyserver.rebase;

import dev.cairn.keyserver.commitfile.CommitStorage;
import dev.cairn.keyserver.error.IntegrityException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A base that this home goes over to, or has gone over to, and that the provider may not know of
 * yet. Kept beside the commit files: two lines of text, id and epoch.
 *
 * @param grantId 32 hex digits under which the epoch is asked for
 * @param afterEpoch the epoch before it
 */
record PendingBase(String grantId, long afterEpoch) {
  private static final String NAME = "base-pending";
  private static final String NONE = "none\n";

  long epoch() {
    return afterEpoch + 1;
  }

  void write(CommitStorage storage) throws IOException {
    storage.replace(NAME, (grantId + "\n" + afterEpoch + "\n").getBytes(StandardCharsets.UTF_8));
  }

  static Optional<PendingBase> read(CommitStorage storage) throws IOException {
    Optional<byte[]> content = storage.read(NAME);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    String text = new String(content.get(), StandardCharsets.UTF_8);
    if (text.equals(NONE)) {
      return Optional.empty();
    }
    if (!text.matches("[0-9a-f]{32}\n[1-9][0-9]{0,17}\n")) {
      throw new IntegrityException(
          "What the home keeps about its base is damaged: the epoch cannot be asked for again under"
              + " its id. What is backed up is safe: recover into a new home");
    }
    String[] lines = text.split("\n", -1);
    return Optional.of(new PendingBase(lines[0], Long.parseLong(lines[1])));
  }

  /** The provider knows. A small file is replaced at once, and removed by a later crash never. */
  static void forget(CommitStorage storage) throws IOException {
    storage.replace(NAME, NONE.getBytes(StandardCharsets.UTF_8));
  }
}
