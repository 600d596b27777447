package dev.cairn.recovery.provision;

import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Grant;
import dev.cairn.recovery.accounts.Outcome;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.schemas.http.TakeoverAnswer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takeovers, step by step; each step is an event, and any instance goes on from the last one.
 *
 * <table>
 * <caption>stages</caption>
 * <tr><th>event</th><th>what is certain then</th></tr>
 * <tr><td>granted</td><td>the epoch belongs to this takeover; earlier keyservers get no connection</td></tr>
 * <tr><td>revoked</td><td>the partition's leader refuses every earlier principal</td></tr>
 * <tr><td>issued</td><td>the log's end for earlier writers is known; the new one may open its epoch</td></tr>
 * </table>
 *
 * <p>Thread-safe.
 */
public final class Takeovers {
  private static final Logger LOG = LoggerFactory.getLogger(Takeovers.class);

  private final Accounts accounts;
  private final OwnerBroker broker;
  private final Connections connections;

  public Takeovers(Accounts accounts, OwnerBroker broker, Connections connections) {
    this.accounts = accounts;
    this.broker = broker;
    this.connections = connections;
  }

  /** Grants, or goes on with what was granted under this id. */
  public TakeoverAnswer takeOver(Account account, String takeoverId)
      throws Refusal, AccountsUnavailableException {
    Outcome outcome =
        accounts.submit(
            "takeover-" + account.userId().value() + "-" + takeoverId,
            new Command.GrantEpoch(account.userId(), takeoverId));
    return goOn(account, takeoverId, outcome);
  }

  /**
   * Grants the next epoch to the writer of the newest one, or goes on with what was granted under
   * this id.
   *
   * @throws Refusal {@code fenced} when another epoch has been granted after that one
   */
  public TakeoverAnswer grantNext(Account account, String grantId, long afterEpoch)
      throws Refusal, AccountsUnavailableException {
    Outcome outcome =
        accounts.submit(new Command.GrantNextEpoch(account.userId(), grantId, afterEpoch));
    if (outcome instanceof Outcome.Granted granted
        && !granted.grant().takeoverId().equals(grantId)) {
      throw granted.grant().epoch() > afterEpoch
          ? Refusal.fenced(granted.grant().epoch())
          : Refusal.conflict("epoch " + afterEpoch + " was not granted");
    }
    return goOn(account, grantId, outcome);
  }

  private TakeoverAnswer goOn(Account account, String takeoverId, Outcome outcome)
      throws Refusal, AccountsUnavailableException {
    if (!(outcome instanceof Outcome.Granted granted)) {
      throw Refusal.conflict("the account is gone");
    }
    long epoch = granted.grant().epoch();
    long newest =
        accounts
            .read(state -> state.byId(account.userId()))
            .map(now -> now.newestGrant().epoch())
            .orElse(epoch);
    if (newest > epoch) {
      throw Refusal.fenced(newest);
    }
    try {
      finish(account, epoch);
    } catch (ProvisioningException e) {
      // What was done stays done: the client asks again, and any instance goes on.
      LOG.warn("takeover of epoch {} is not finished yet: {}", epoch, e.getMessage());
      return pending(takeoverId, epoch);
    }
    return answer(account, takeoverId, epoch);
  }

  private TakeoverAnswer answer(Account account, String takeoverId, long epoch)
      throws Refusal, AccountsUnavailableException {
    Optional<Account> now = accounts.read(state -> state.byId(account.userId()));
    Optional<Grant> grant = now.flatMap(a -> a.grantOf(epoch));
    if (now.isEmpty() || grant.isEmpty()) {
      throw Refusal.conflict("the account is gone");
    }
    if (now.get().newestGrant().epoch() > epoch) {
      throw Refusal.fenced(now.get().newestGrant().epoch());
    }
    if (grant.get().stage() != Grant.Stage.ISSUED) {
      return pending(takeoverId, epoch);
    }
    try {
      return new TakeoverAnswer(
          takeoverId,
          TakeoverAnswer.State.ISSUED,
          epoch,
          grant.get().finalEndOffset(),
          Optional.of(connections.connection(now.get(), grant.get())));
    } catch (ProvisioningException e) {
      LOG.warn("credentials of epoch {} are not there yet: {}", epoch, e.getMessage());
      return pending(takeoverId, epoch);
    }
  }

  private static TakeoverAnswer pending(String takeoverId, long epoch) {
    return new TakeoverAnswer(
        takeoverId, TakeoverAnswer.State.PENDING, epoch, OptionalLong.empty(), Optional.empty());
  }

  /**
   * Brings every half-done takeover to its end; what fails is left for the client's next question.
   */
  public void finishAll() throws AccountsUnavailableException {
    for (Account account : accounts.read(state -> state.all())) {
      Grant newest = account.newestGrant();
      if (newest.stage() != Grant.Stage.ISSUED) {
        try {
          finish(account, newest.epoch());
        } catch (ProvisioningException e) {
          LOG.warn("a takeover left half-done is not finished yet: {}", e.getMessage());
        }
      }
    }
  }

  private void finish(Account account, long epoch)
      throws ProvisioningException, AccountsUnavailableException {
    Account now = accounts.read(state -> state.byId(account.userId())).orElse(account);
    Grant.Stage stage = now.grantOf(epoch).map(Grant::stage).orElse(Grant.Stage.ISSUED);
    if (stage == Grant.Stage.GRANTED) {
      for (Grant earlier : unrevokedBefore(now.grants(), epoch)) {
        broker.revoke(now.userId(), now.cell(), earlier.epoch());
      }
      accounts.submit(new Command.MarkRevoked(now.userId(), epoch));
    }
    if (stage != Grant.Stage.ISSUED) {
      long end = broker.endOffset(now.userId(), now.cell());
      accounts.submit(new Command.IssueGrant(now.userId(), epoch, end));
    }
  }

  // A grant that reached REVOKED has shut out everything before it.
  private static List<Grant> unrevokedBefore(List<Grant> grants, long epoch) {
    long shutOutBefore = 0;
    for (Grant grant : grants) {
      boolean byTakeover = grant.epoch() > 1 && grant.stage() != Grant.Stage.GRANTED;
      if (grant.epoch() < epoch && byTakeover) {
        shutOutBefore = grant.epoch();
      }
    }
    long from = shutOutBefore;
    return grants.stream().filter(g -> g.epoch() < epoch && g.epoch() >= from).toList();
  }
}
