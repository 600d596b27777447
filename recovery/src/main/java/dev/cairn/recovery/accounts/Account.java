package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One account.
 *
 * @param version grows by one when the secret or its records are replaced; tokens name it
 * @param credentials what opens it
 * @param connections how many times a keyserver was given what it needs to write
 * @param grants every epoch that was granted, ascending
 * @param audit newest events last, bounded
 * @param status what the provider allows
 * @param revision grows with every change of what storage keeps of the account: all of it but
 *     {@code connections} and {@code audit}
 */
public record Account(
    Bytes lookupKey,
    String username,
    UserId userId,
    long version,
    Bytes authorPublicKey,
    Credentials credentials,
    StoredVersion bundle,
    String cell,
    long connections,
    List<Grant> grants,
    List<AuditEvent> audit,
    Status status,
    long revision) {
  private static final int AUDIT_MAX = 200;

  /** What the provider allows. */
  public enum Status {
    ACTIVE,
    /** Everything is kept and nothing is served. */
    DISABLED,
    /** Being deleted; nothing leads back. */
    DELETING
  }

  public Account {
    grants = List.copyOf(grants);
    audit = List.copyOf(audit);
  }

  /** The newest grant, whatever its stage; there is always one. */
  public Grant newestGrant() {
    return grants.get(grants.size() - 1);
  }

  /** The grant of a takeover. */
  public Optional<Grant> grantOf(String takeoverId) {
    return grants.stream().filter(grant -> grant.takeoverId().equals(takeoverId)).findFirst();
  }

  /** The grant of an epoch. */
  public Optional<Grant> grantOf(long epoch) {
    return grants.stream().filter(grant -> grant.epoch() == epoch).findFirst();
  }

  Account with(Grant added) {
    List<Grant> all = new ArrayList<>(grants);
    all.add(added);
    return withGrants(all);
  }

  Account changing(long epoch, UnaryOperator<Grant> change) {
    return withGrants(grants.stream().map(g -> g.epoch() == epoch ? change.apply(g) : g).toList());
  }

  Account connected() {
    return copy(connections + 1, grants, audit, status, revision);
  }

  Account withGrants(List<Grant> all) {
    return copy(connections, all, audit, status, revision);
  }

  Account withStatus(Status changed) {
    return copy(connections, grants, audit, changed, revision);
  }

  Account withRevision(long changed) {
    return copy(connections, grants, audit, status, changed);
  }

  Account withAuthorKey(Bytes replacement) {
    return new Account(
        lookupKey,
        username,
        userId,
        version,
        replacement,
        credentials,
        bundle,
        cell,
        connections,
        grants,
        audit,
        status,
        revision);
  }

  Account withBundle(StoredVersion replacement) {
    return opened(version, credentials, replacement);
  }

  /** Other secrets: whatever was proven with the ones before counts no more. */
  Account replaced(Credentials replacement, StoredVersion newBundle) {
    return opened(version + 1, replacement, newBundle);
  }

  Account withoutCode(Bytes used) {
    return opened(version, credentials.with(credentials.factors().without(used)), bundle);
  }

  private Account opened(long nowVersion, Credentials nowCredentials, StoredVersion nowBundle) {
    return new Account(
        lookupKey,
        username,
        userId,
        nowVersion,
        authorPublicKey,
        nowCredentials,
        nowBundle,
        cell,
        connections,
        grants,
        audit,
        status,
        revision);
  }

  /** What storage keeps of it. */
  Account kept() {
    return copy(0, grants, List.of(), status, revision);
  }

  /** Whether storage would keep the same of both. */
  boolean isKeptAs(Account other) {
    return kept().withRevision(0).equals(other.kept().withRevision(0));
  }

  Account noting(long time, String event, String detail) {
    List<AuditEvent> events = new ArrayList<>(audit);
    if (events.size() == AUDIT_MAX) {
      events.remove(0);
    }
    events.add(new AuditEvent(time, event, detail));
    return copy(connections, grants, events, status, revision);
  }

  private Account copy(
      long nowConnections,
      List<Grant> nowGrants,
      List<AuditEvent> nowAudit,
      Status nowStatus,
      long nowRevision) {
    return new Account(
        lookupKey,
        username,
        userId,
        version,
        authorPublicKey,
        credentials,
        bundle,
        cell,
        nowConnections,
        nowGrants,
        nowAudit,
        nowStatus,
        nowRevision);
  }
}
