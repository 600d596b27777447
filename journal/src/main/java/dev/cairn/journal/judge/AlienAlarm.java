package dev.cairn.journal.judge;

import java.util.Optional;

/**
 * Damage by records that are not authentic.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>alien</th><th>alien of a later key version</th><th>EpochOpened accepted</th><th>commit
 * accepted</th></tr>
 * <tr><td>quiet</td><td>any</td><td>later key</td><td>quiet</td><td>quiet</td></tr>
 * <tr><td>any</td><td>any</td><td>later key</td><td>quiet</td><td>quiet</td></tr>
 * <tr><td>later key</td><td>later key</td><td>later key</td><td>opened</td><td>later key</td></tr>
 * <tr><td>opened</td><td>opened</td><td>later key</td><td>opened</td><td>quiet</td></tr>
 * </table>
 */
final class AlienAlarm {
  private enum State {
    QUIET,
    ANY,
    LATER_KEY,
    OPENED
  }

  /** The alarm and the alien that raised it. */
  record Raised(long offset, boolean laterKey) {}

  private State state = State.QUIET;
  private long offset = -1;

  void alien(long at, boolean laterKey) {
    if (state == State.QUIET || (laterKey && state == State.ANY)) {
      offset = at;
    }
    if (laterKey) {
      state = State.LATER_KEY;
    } else if (state == State.QUIET) {
      state = State.ANY;
    }
  }

  void epochAccepted() {
    state =
        switch (state) {
          case QUIET, ANY -> State.QUIET;
          case LATER_KEY, OPENED -> State.OPENED;
        };
  }

  void commitAccepted() {
    state =
        switch (state) {
          case QUIET, ANY, OPENED -> State.QUIET;
          case LATER_KEY -> State.LATER_KEY;
        };
  }

  boolean isRaised() {
    return state != State.QUIET;
  }

  Optional<Raised> raised() {
    return switch (state) {
      case QUIET -> Optional.empty();
      case ANY -> Optional.of(new Raised(offset, false));
      case LATER_KEY, OPENED -> Optional.of(new Raised(offset, true));
    };
  }
}
