package dev.cairn.recovery.access;

import java.util.Optional;

/** What a token opens; each rung of the ladder has its own. The code is part of the format. */
public enum Scope {
  /** The secret is proven: the bundle may leave. */
  SECRET(1),
  /** The backup key is proven: snapshot, log and takeover. */
  POSSESSION(2),
  /** The secret is proven, and a second factor is still wanted: nothing else. */
  FACTOR(3);

  private final int code;

  Scope(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static Optional<Scope> of(int code) {
    for (Scope scope : values()) {
      if (scope.code == code) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }
}
