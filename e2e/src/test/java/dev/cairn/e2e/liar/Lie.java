package dev.cairn.e2e.liar;

import dev.cairn.crypto.Bytes;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Decides what a client hears. Called by several threads at once. */
@FunctionalInterface
interface Lie {
  Lie NONE = (request, honest) -> honest.ask();

  /** Asks the service. */
  @FunctionalInterface
  interface Honest {
    Answer ask();
  }

  Answer answer(Request request, Honest honest);

  /** Changes the true answers of one kind, if they are no refusals. */
  static Lie about(Asked asked, UnaryOperator<Answer> change) {
    return about(Set.of(asked), change);
  }

  static Lie about(Set<Asked> asked, UnaryOperator<Answer> change) {
    return (request, honest) -> {
      Answer truth = honest.ask();
      return asked.contains(request.asked()) && truth.status() < 300 ? change.apply(truth) : truth;
    };
  }

  /** Answers one kind without asking. */
  static Lie instead(Asked asked, Answer answer) {
    return (request, honest) -> request.asked() == asked ? answer : honest.ask();
  }

  /** The first of both that says something other than the truth. */
  default Lie and(Lie other) {
    return (request, honest) -> answer(request, () -> other.answer(request, honest));
  }

  /** A whole file, or the range of it that was asked for. */
  static Answer file(Request request, Bytes content) {
    Optional<String> range = request.range();
    if (range.isEmpty()) {
      return Answer.ok(content);
    }
    String[] bounds = range.get().substring("bytes=".length()).split("-", -1);
    int from = Integer.parseInt(bounds[0]);
    int to = Math.min(content.size(), Integer.parseInt(bounds[1]) + 1);
    return from >= content.size()
        ? Answer.refused(416, "malformed")
        : new Answer(206, java.util.Map.of(), content.slice(from, to), Answer.Delivery.WHOLE);
  }
}
