package dev.cairn.crypto.opaque;

/**
 * Which parameters a client agrees to: never weaker than the floor, so that no server can make
 * offline guessing cheap, and never so expensive that a server can exhaust the client.
 */
public final class KsfPolicy {
  /**
   * What every client uses: at least 64 MiB and three passes, at most 1 GiB, 64 passes and 64
   * lanes.
   */
  public static final KsfPolicy STANDARD =
      new KsfPolicy(KsfParameters.DEFAULT.memoryKiB(), KsfParameters.DEFAULT.iterations());

  private static final int MAX_MEMORY_KIB = 1024 * 1024;
  private static final int MAX_ITERATIONS = 64;
  private static final int MAX_PARALLELISM = 64;

  private final int minMemoryKiB;
  private final int minIterations;

  private KsfPolicy(int minMemoryKiB, int minIterations) {
    this.minMemoryKiB = minMemoryKiB;
    this.minIterations = minIterations;
  }

  /** A lower floor, so that tests which log in a thousand times end. No product code calls this. */
  public static KsfPolicy withFloorForTests(KsfParameters floor) {
    return new KsfPolicy(floor.memoryKiB(), floor.iterations());
  }

  /**
   * Checks parameters that a server names.
   *
   * @throws OpaqueException.UnacceptableParameters if the client must not agree to them
   */
  public void check(KsfParameters parameters) throws OpaqueException.UnacceptableParameters {
    if (parameters.memoryKiB() < minMemoryKiB || parameters.iterations() < minIterations) {
      throw new OpaqueException.UnacceptableParameters(
          "the service asks for weaker key stretching than this client agrees to ("
              + parameters
              + "; at least "
              + minMemoryKiB
              + " KiB and "
              + minIterations
              + " passes): the password could be guessed cheaply. Nothing was sent.");
    }
    if (parameters.memoryKiB() > MAX_MEMORY_KIB
        || parameters.iterations() > MAX_ITERATIONS
        || parameters.parallelism() > MAX_PARALLELISM) {
      throw new OpaqueException.UnacceptableParameters(
          "the service asks for more expensive key stretching than this client agrees to ("
              + parameters
              + "; at most "
              + MAX_MEMORY_KIB
              + " KiB, "
              + MAX_ITERATIONS
              + " passes, "
              + MAX_PARALLELISM
              + " lanes). Nothing was sent.");
    }
  }
}
