package dev.cairn.e2e.liar;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The newest true answer to each question. */
record Heard(Map<Asked, Answer> answers) {
  Heard {
    answers = new EnumMap<>(answers);
  }

  Answer get(Asked asked) {
    return Objects.requireNonNull(answers.get(asked), "nobody asked for " + asked);
  }

  /** The login of this one, and what the other heard afterwards. */
  Heard withDataOf(Heard other) {
    Map<Asked, Answer> both = new EnumMap<>(answers);
    other.answers.forEach((asked, answer) -> {
      if (asked.compareTo(Asked.SNAPSHOTS) >= 0) {
        both.put(asked, answer);
      }
    });
    return new Heard(both);
  }
}
