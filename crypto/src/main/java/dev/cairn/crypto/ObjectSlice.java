package dev.cairn.crypto;

/**
 * One slice of an object, in the clear.
 *
 * @param kind what the value is
 * @param collection at most 4096 bytes of UTF-8, may be empty
 * @param id at most 4096 bytes of UTF-8, may be empty
 * @param slice number of this slice, from 0
 * @param slices how many slices the value has, at least 1
 * @param totalLength bytes of the whole value
 * @param content bytes of this slice, at most {@link #MAX_CONTENT}
 */
public record ObjectSlice(
    ValueKind kind,
    String collection,
    String id,
    int slice,
    int slices,
    long totalLength,
    Bytes content) {
  /** The most bytes of content in one slice: 512 KiB. */
  public static final int MAX_CONTENT = 512 * 1024;

  /** The most bytes of UTF-8 in a collection, and in an id. */
  public static final int MAX_NAME = 4096;

  /**
   * Checks that the slice is one of a value of that length.
   *
   * @throws IllegalArgumentException if it is not
   * @throws MalformedTextException if collection or id are too long or hold an unpaired surrogate
   */
  public ObjectSlice {
    encodeName("collection", collection);
    encodeName("id", id);
    if (slice < 0 || slices < 1 || slice >= slices) {
      throw new IllegalArgumentException("there is no slice " + slice + " of " + slices);
    }
    if (content.size() > MAX_CONTENT) {
      throw new IllegalArgumentException(
          "a slice holds at most " + MAX_CONTENT + " bytes, not " + content.size());
    }
    if (totalLength < content.size()
        || totalLength > (long) slices * MAX_CONTENT
        || (slices == 1 && totalLength != content.size())) {
      throw new IllegalArgumentException(
          "slice "
              + slice
              + " of "
              + slices
              + " with "
              + content.size()
              + " bytes is none of a value of "
              + totalLength);
    }
  }

  /**
   * How many slices a value of that length has: one for each 512 KiB begun, and one for an empty
   * value.
   *
   * @throws IllegalArgumentException if the length is negative or needs more than 2^31 - 1 slices
   */
  public static int slicesOf(long totalLength) {
    if (totalLength < 0) {
      throw new IllegalArgumentException("no value has " + totalLength + " bytes");
    }
    long slices = Math.max(1, (totalLength + MAX_CONTENT - 1) / MAX_CONTENT);
    if (slices > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a value of " + totalLength + " bytes has too many slices");
    }
    return (int) slices;
  }

  static byte[] encodeName(String what, String name) {
    byte[] encoded = Utf8.encode(name);
    if (encoded.length > MAX_NAME) {
      throw new MalformedTextException(
          "the "
              + what
              + " has "
              + encoded.length
              + " bytes of UTF-8; "
              + MAX_NAME
              + " are allowed");
    }
    return encoded;
  }

  /** The name and the numbers, never the content. */
  @Override
  public String toString() {
    return "ObjectSlice("
        + kind
        + ", slice "
        + slice
        + " of "
        + slices
        + ", "
        + content.size()
        + " of "
        + totalLength
        + " bytes)";
  }
}
