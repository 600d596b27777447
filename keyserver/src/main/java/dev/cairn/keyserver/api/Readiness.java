package dev.cairn.keyserver.api;

import java.util.List;

/**
 * Whether a keyserver does what it is there for.
 *
 * @param accepting whether a transaction would be taken and become durable now; tried, not guessed
 * @param backingUp whether nothing is known to keep transactions from being backed up
 * @param problems everything that is in the way
 */
public record Readiness(boolean accepting, boolean backingUp, List<Problem> problems) {
  /** What the codes of problems are. */
  public static final class Codes {
    public static final String FENCED = "fenced";
    public static final String READ_ONLY = "read_only";
    public static final String STOPPING = "stopping";
    public static final String NOT_ACCEPTING = "not_accepting";
    public static final String NOT_BACKED_UP = "not_backed_up";

    private Codes() {}
  }

  /** One problem: a code for programs, a message for people. */
  public record Problem(String code, String message) {}

  public Readiness {
    problems = List.copyOf(problems);
  }
}
