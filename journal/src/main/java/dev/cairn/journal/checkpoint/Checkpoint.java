package dev.cairn.journal.checkpoint;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.judge.ChainPosition;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A record of the chain that somebody remembers: a bundle's floor, or what {@code status} printed.
 *
 * <p>Written {@code keyVersion.epoch.index.head}: three decimal numbers without leading zeros, and
 * 64 lower-case hexadecimal digits.
 */
public record Checkpoint(int keyVersion, long epoch, long index, Bytes head) {
  private static final Pattern TEXT =
      Pattern.compile(
          "([1-9][0-9]{0,9})\\.([1-9][0-9]{0,18})\\.(0|[1-9][0-9]{0,18})\\.([0-9a-f]{64})");
  private static final Comparator<Checkpoint> ORDER =
      Comparator.comparingInt(Checkpoint::keyVersion)
          .thenComparingLong(Checkpoint::epoch)
          .thenComparingLong(Checkpoint::index);
  private static final int HEAD_BYTES = 32;

  public Checkpoint {
    if (keyVersion < 1 || epoch < 1 || index < 0 || head.size() != HEAD_BYTES) {
      throw new IllegalArgumentException("Not a place in a chain");
    }
  }

  public static Checkpoint of(ChainPosition position) {
    return new Checkpoint(
        position.keyVersion(), position.epoch(), position.index(), position.head());
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static Checkpoint parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "A checkpoint is keyVersion.epoch.index.head, as `status` prints it");
    }
    try {
      return new Checkpoint(
          Integer.parseInt(matcher.group(1)),
          Long.parseLong(matcher.group(2)),
          Long.parseLong(matcher.group(3)),
          Bytes.fromHex(matcher.group(4)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("A number in the checkpoint is too large", e);
    }
  }

  /** Whether this one comes before the other: by key version, then epoch, then index. */
  public boolean isBefore(Checkpoint other) {
    return ORDER.compare(this, other) < 0;
  }

  /** Whether both name the same place, be it with different heads. */
  public boolean isSamePlaceAs(Checkpoint other) {
    return ORDER.compare(this, other) == 0;
  }

  @Override
  public String toString() {
    return keyVersion + "." + epoch + "." + index + "." + head.hex();
  }
}
