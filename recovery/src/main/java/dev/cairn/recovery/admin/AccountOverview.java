package dev.cairn.recovery.admin;

import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.provision.OwnerLog;
import dev.cairn.recovery.quota.StoredObjects;
import java.util.Optional;

/**
 * An account and what is kept for it.
 *
 * @param log absent where no topic exists
 */
public record AccountOverview(Account account, Optional<OwnerLog> log, StoredObjects objects) {}
