package dev.cairn.recovery.accounts;

import dev.cairn.crypto.UserId;
import java.util.List;
import java.util.Optional;

/**
 * What a rebuild of the accounts finds in storage.
 *
 * @param resumes the rebuild that was begun and not finished, which this one goes on with
 * @param accounts that come back
 * @param problems what does not, and why, for people
 */
public record RebuildPlan(
    Optional<String> resumes, List<Restorable> accounts, List<String> problems) {
  public RebuildPlan {
    accounts = List.copyOf(accounts);
    problems = List.copyOf(problems);
  }

  /**
   * An account that comes back.
   *
   * @param exact whether its newest revision was found: then its keyserver goes on writing.
   *     Otherwise later changes may be lost, a takeover among them: a barrier keeps every writer
   *     out until the owner recovers
   * @param recoverable whether login record and bundle are there: without them no password opens
   *     the backup
   */
  public record Restorable(Account account, boolean exact, boolean recoverable) {
    public UserId userId() {
      return account.userId();
    }

    /** The epoch that its keyserver writes in, or, where that is not certain, the barrier's. */
    public long epoch() {
      return account.newestGrant().epoch();
    }
  }
}
