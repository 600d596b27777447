package dev.cairn.schemas.names;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of a snapshot's directory: {@code <20-digit epoch>-<20-digit index>-<first 16 hex of the
 * state digest>}. Ordered by epoch, then index, then digest.
 */
public record SnapshotDirectory(long epoch, long index, String digestPrefix)
    implements Comparable<SnapshotDirectory> {
  private static final Pattern NAME = Pattern.compile("([0-9]{20})-([0-9]{20})-([0-9a-f]{16})");
  private static final Pattern DIGEST_PREFIX = Pattern.compile("[0-9a-f]{16}");
  private static final String BASE_DIGITS = "0000000000000000";
  private static final Comparator<SnapshotDirectory> ORDER =
      Comparator.comparingLong(SnapshotDirectory::epoch)
          .thenComparingLong(SnapshotDirectory::index)
          .thenComparing(SnapshotDirectory::digestPrefix);

  public SnapshotDirectory {
    if (epoch < 0 || index < 0 || !DIGEST_PREFIX.matcher(digestPrefix).matches()) {
      throw new IllegalArgumentException("not a snapshot's epoch, index and digest prefix");
    }
  }

  /** From the state digest's full hex text. */
  public static SnapshotDirectory of(long epoch, long index, String stateDigestHex) {
    if (stateDigestHex.length() != 64) {
      throw new IllegalArgumentException("a state digest has 64 hex digits");
    }
    return new SnapshotDirectory(epoch, index, stateDigestHex.substring(0, 16));
  }

  /**
   * The directory of the base that opens an epoch, and of the snapshot that is nothing but that
   * base. It names neither index nor digest: when its first file is uploaded, the owner goes on
   * writing. Only genesis has index 0, so no other snapshot lies here, and within its epoch it
   * comes first.
   */
  public static SnapshotDirectory ofBase(long epoch) {
    return new SnapshotDirectory(epoch, 0, BASE_DIGITS);
  }

  /** Whether it is a base's. */
  public boolean isBase() {
    return index == 0 && digestPrefix.equals(BASE_DIGITS);
  }

  /** The name, without slashes. */
  public String name() {
    return String.format(Locale.ROOT, "%020d-%020d-%s", epoch, index, digestPrefix);
  }

  /** Reads a name back; empty when it is not one. */
  public static Optional<SnapshotDirectory> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new SnapshotDirectory(
              Long.parseLong(matcher.group(1)),
              Long.parseLong(matcher.group(2)),
              matcher.group(3)));
    } catch (NumberFormatException beyondLong) {
      return Optional.empty();
    }
  }

  @Override
  public int compareTo(SnapshotDirectory other) {
    return ORDER.compare(this, other);
  }
}
