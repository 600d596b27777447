package dev.cairn.recovery.quota;

import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.ProviderConfig;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How fast owners may write their logs. Who holds more than the quota writes at the lower rate
 * until it holds less. Thread-safe.
 */
public final class WriteRates {
  private final OptionalLong usual;
  private final long lowered;
  private volatile Set<UserId> over = Set.of();

  public WriteRates(ProviderConfig config) {
    this.usual = config.quotaLogRate();
    this.lowered = config.quotaOverLogRate();
  }

  /** Bytes a second; empty for any number. */
  public OptionalLong of(UserId userId) {
    return over.contains(userId)
        ? OptionalLong.of(Math.min(lowered, usual.orElse(Long.MAX_VALUE)))
        : usual;
  }

  void lowerFor(Set<UserId> accounts) {
    over = Set.copyOf(accounts);
  }

  /** Accounts that hold more than their quota, as of the last look. */
  public Set<UserId> lowered() {
    return over;
  }
}
