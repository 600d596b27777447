package dev.cairn.recovery.provision;

import dev.cairn.crypto.UserId;

/** Names of owners' principals at the broker, whose authorizer derives their rights from them. */
public final class Principals {
  private Principals() {}

  /** One owner, one grant. */
  public static String of(UserId userId, long epoch) {
    return "cairn-" + userId.value() + "-" + epoch;
  }
}
