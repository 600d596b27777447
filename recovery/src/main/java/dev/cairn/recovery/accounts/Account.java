package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One account.
 *
 * @param version grows by one when the secret or its records are replaced; tokens name it
 * @param connections how many times a keyserver was given what it needs to write
 * @param grants every epoch that was granted, ascending
 * @param audit newest events last, bounded
 */
public record Account(
    Bytes lookupKey,
    String username,
    UserId userId,
    long version,
    Bytes authorPublicKey,
    StoredVersion opaqueRecord,
    StoredVersion bundle,
    KsfParameters ksf,
    String cell,
    long connections,
    List<Grant> grants,
    List<AuditEvent> audit) {
  private static final int AUDIT_MAX = 200;

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
    return new Account(
        lookupKey,
        username,
        userId,
        version,
        authorPublicKey,
        opaqueRecord,
        bundle,
        ksf,
        cell,
        connections + 1,
        grants,
        audit);
  }

  Account withAuthorKey(Bytes replacement) {
    return new Account(
        lookupKey,
        username,
        userId,
        version,
        replacement,
        opaqueRecord,
        bundle,
        ksf,
        cell,
        connections,
        grants,
        audit);
  }

  Account withBundle(StoredVersion replacement) {
    return new Account(
        lookupKey,
        username,
        userId,
        version,
        authorPublicKey,
        opaqueRecord,
        replacement,
        ksf,
        cell,
        connections,
        grants,
        audit);
  }

  private Account withGrants(List<Grant> all) {
    return new Account(
        lookupKey,
        username,
        userId,
        version,
        authorPublicKey,
        opaqueRecord,
        bundle,
        ksf,
        cell,
        connections,
        all,
        audit);
  }

  Account noting(long time, String event, String detail) {
    List<AuditEvent> events = new ArrayList<>(audit);
    if (events.size() == AUDIT_MAX) {
      events.remove(0);
    }
    events.add(new AuditEvent(time, event, detail));
    return new Account(
        lookupKey,
        username,
        userId,
        version,
        authorPublicKey,
        opaqueRecord,
        bundle,
        ksf,
        cell,
        connections,
        grants,
        events);
  }
}
