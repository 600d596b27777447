package dev.cairn.metrics;

import java.util.Optional;

/** One thing without which a process is not ready, or not healthy. */
public record Check(String name, Question question) {
  /** Looks now. Anything that it throws counts as trouble. */
  @FunctionalInterface
  public interface Question {
    /** What is wrong, in words and without secrets; empty if nothing is. */
    Optional<String> trouble() throws Exception;
  }

  /** A check that has no more to say than its name. */
  public static Check of(String name, String trouble, Condition condition) {
    return new Check(name, () -> condition.holds() ? Optional.empty() : Optional.of(trouble));
  }

  /** True if all is well. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }
}
