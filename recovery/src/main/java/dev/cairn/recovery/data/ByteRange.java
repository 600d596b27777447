package dev.cairn.recovery.data;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes from {@code from} (inclusive) to {@code to} (exclusive), as a Range header asks for them.
 */
public record ByteRange(long from, long to) {
  private static final Pattern HEADER = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{1,18})?");

  /** Reads {@code bytes=first-last} or {@code bytes=first-}; empty when it is neither. */
  public static Optional<ByteRange> parse(String header) {
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long from = Long.parseLong(matcher.group(1));
    long to = matcher.group(2) == null ? Long.MAX_VALUE : Long.parseLong(matcher.group(2)) + 1;
    return from < to ? Optional.of(new ByteRange(from, to)) : Optional.empty();
  }
}
