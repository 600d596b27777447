package dev.cairn.journal.record;

import dev.cairn.crypto.Bytes;
import java.util.Optional;

/**
 * One change of one tag.
 *
 * <table>
 * <caption>Which fields are there</caption>
 * <tr><th>operation</th><th>sealed</th><th>replaces</th></tr>
 * <tr><td>put of a new tag</td><td>yes</td><td>no</td></tr>
 * <tr><td>put over an existing one</td><td>yes</td><td>its element</td></tr>
 * <tr><td>delete</td><td>no</td><td>its element</td></tr>
 * </table>
 *
 * @param tag keyed pseudonym of one slice of one object
 * @param sealed the sealed slice; absent deletes
 * @param replaces element that is overwritten or deleted
 */
public record Operation(Bytes tag, Optional<Bytes> sealed, Optional<Bytes> replaces) {
  public Operation {
    RecordLimits.requireDigest(tag, "Tag");
    replaces.ifPresent(element -> RecordLimits.requireDigest(element, "Replaced element"));
    sealed.ifPresent(bytes -> {
      if (bytes.size() < RecordLimits.SEAL_OVERHEAD_BYTES
          || bytes.size() > RecordLimits.MAX_RECORD_BYTES) {
        throw new IllegalArgumentException(
            "A sealed object cannot have " + bytes.size() + " bytes");
      }
    });
    if (sealed.isEmpty() && replaces.isEmpty()) {
      throw new IllegalArgumentException("A delete names the element that it removes");
    }
  }

  public static Operation put(Bytes tag, Bytes sealed) {
    return new Operation(tag, Optional.of(sealed), Optional.empty());
  }

  public static Operation replace(Bytes tag, Bytes sealed, Bytes replaces) {
    return new Operation(tag, Optional.of(sealed), Optional.of(replaces));
  }

  public static Operation delete(Bytes tag, Bytes replaces) {
    return new Operation(tag, Optional.empty(), Optional.of(replaces));
  }

  public boolean isDelete() {
    return sealed.isEmpty();
  }

  /** By how much the number of live tags changes. */
  public int countChange() {
    return (sealed.isPresent() ? 1 : 0) - (replaces.isPresent() ? 1 : 0);
  }
}
