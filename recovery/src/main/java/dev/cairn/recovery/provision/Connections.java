package dev.cairn.recovery.provision;

import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Grant;
import dev.cairn.recovery.accounts.Outcome;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.http.Connection;
import dev.cairn.schemas.names.Topics;
import dev.cairn.schemas.wire.SchemaIds;
import java.util.Optional;

/** Gives a keyserver what it needs to write in its epoch. Thread-safe. */
public final class Connections {
  private final Accounts accounts;
  private final OwnerBroker broker;
  private final ServiceSecrets secrets;
  private final ProviderConfig config;
  private final SchemaIds ids;

  public Connections(
      Accounts accounts,
      OwnerBroker broker,
      ServiceSecrets secrets,
      ProviderConfig config,
      SchemaIds ids) {
    this.accounts = accounts;
    this.broker = broker;
    this.secrets = secrets;
    this.config = config;
    this.ids = ids;
  }

  /**
   * Connects the writer of an epoch.
   *
   * @throws Refusal {@code fenced} when a later epoch was granted, {@code conflict} when this one
   *     was not
   */
  public Connection connect(Account account, long epoch)
      throws Refusal, AccountsUnavailableException, ProvisioningException {
    Grant newest = account.newestGrant();
    if (newest.epoch() > epoch) {
      throw Refusal.fenced(newest.epoch());
    }
    Optional<Grant> grant = account.grantOf(epoch);
    if (grant.isEmpty() || grant.get().stage() != Grant.Stage.ISSUED) {
      throw Refusal.conflict("epoch " + epoch + " was not issued");
    }
    return connection(account, grant.get());
  }

  /** The connection of a grant, made ready at the broker where that was not done. */
  Connection connection(Account account, Grant grant)
      throws Refusal, AccountsUnavailableException, ProvisioningException {
    // Also where it was done before: a broker that lost its credentials gets them again.
    broker.provide(account.userId(), account.cell(), grant.epoch());
    Outcome given = accounts.submit(new Command.MarkProvisioned(account.userId(), grant.epoch()));
    if (!(given instanceof Outcome.Granted)) {
      throw Refusal.conflict("another account has this name now: this one is gone");
    }
    String principal = Principals.of(account.userId(), grant.epoch());
    return new Connection(
        account.userId().value(),
        account.cell(),
        Topics.log(account.cell(), account.userId().value()),
        config.ownerBootstrapServers(),
        config.ownerSecurityProtocol(),
        ProviderConfig.OWNER_MECHANISM,
        principal,
        secrets.scramPassword(principal),
        grant.epoch(),
        ids.bySubject());
  }
}
