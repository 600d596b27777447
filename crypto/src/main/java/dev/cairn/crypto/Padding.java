package dev.cairn.crypto;

/** Whether sealed objects show their exact length. */
public enum Padding {
  /** They do, after compression. */
  NONE,
  /**
   * Padmé (PURBs, 2019, section 4): lengths are rounded up so that they reveal O(log log n) bits,
   * at a cost of at most 12 %, and less for larger objects.
   */
  PADME;

  /** The length to which so many bytes are padded. */
  long padded(long length) {
    if (this == NONE || length < 2) {
      return length;
    }
    int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(length);
    int kept = Integer.SIZE - Integer.numberOfLeadingZeros(exponent);
    int zeroed = exponent - kept;
    if (zeroed <= 0) {
      return length;
    }
    long mask = (1L << zeroed) - 1;
    return (length + mask) & ~mask;
  }
}
