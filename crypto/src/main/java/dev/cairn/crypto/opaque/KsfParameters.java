package dev.cairn.crypto.opaque;

/**
 * Parameters of the key-stretching function, Argon2id version 0x13 (RFC 9106), with a salt of 16
 * zeros and 32 bytes of output, as RFC 9807 section 7 has it. They are fixed for a registration and
 * named in the context of every login.
 *
 * @param memoryKiB at least 8 for each lane
 * @param iterations at least 1
 * @param parallelism lanes, 1 to 255
 */
public record KsfParameters(int memoryKiB, int iterations, int parallelism) {
  /** 64 MiB, three passes, four lanes (RFC 9106 section 4, second recommended option). */
  public static final KsfParameters DEFAULT = new KsfParameters(64 * 1024, 3, 4);

  private static final int MAX_PARALLELISM = 255;
  private static final int MIN_KIB_PER_LANE = 8;

  /**
   * Checks what Argon2 itself demands: {@link IllegalArgumentException}. Whether a client agrees is
   * for {@link KsfPolicy}.
   */
  public KsfParameters {
    if (parallelism < 1
        || parallelism > MAX_PARALLELISM
        || iterations < 1
        || memoryKiB < MIN_KIB_PER_LANE * parallelism) {
      throw new IllegalArgumentException(
          "Argon2id has no parameters of "
              + memoryKiB
              + " KiB, "
              + iterations
              + " passes, "
              + parallelism
              + " lanes");
    }
  }
}
