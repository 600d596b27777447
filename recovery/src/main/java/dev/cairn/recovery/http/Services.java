package dev.cairn.recovery.http;

import dev.cairn.metrics.Checks;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.recovery.access.CredentialChanges;
import dev.cairn.recovery.access.Logins;
import dev.cairn.recovery.access.Nonces;
import dev.cairn.recovery.access.RecoveryKeyLogins;
import dev.cairn.recovery.access.Registrations;
import dev.cairn.recovery.access.SecondFactors;
import dev.cairn.recovery.access.SignedRequests;
import dev.cairn.recovery.access.WalletLogins;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.data.CompactionJobs;
import dev.cairn.recovery.data.SnapshotFiles;
import dev.cairn.recovery.data.UserLogs;
import dev.cairn.recovery.metrics.RequestObserver;
import dev.cairn.recovery.provision.Connections;
import dev.cairn.recovery.provision.Takeovers;
import dev.cairn.recovery.rebase.Bases;
import dev.cairn.recovery.rebase.Bundles;

/** What the routes call. */
public record Services(
    ProviderConfig config,
    Accounts accounts,
    ObjectStore store,
    Nonces nonces,
    Registrations registrations,
    Logins logins,
    RecoveryKeyLogins recoveryKeys,
    WalletLogins wallets,
    SecondFactors factors,
    CredentialChanges changes,
    SignedRequests signed,
    Connections connections,
    Takeovers takeovers,
    SnapshotFiles snapshots,
    Bases bases,
    Bundles bundles,
    UserLogs logs,
    CompactionJobs jobs,
    Checks readiness,
    RequestObserver observer) {}
