package dev.cairn.recovery.provision;

import dev.cairn.crypto.UserId;

/**
 * What is done to the broker for owners: topics, credentials, revocation. Every step is idempotent,
 * so that any instance repeats what another began. Thread-safe.
 */
public interface OwnerBroker {
  /**
   * Makes topic and credentials of a principal where they are missing; returns when the broker
   * takes them.
   */
  void provide(UserId userId, String cell, long epoch) throws ProvisioningException;

  /**
   * Denies everything to a principal and returns when the partition's leader refuses it, on live
   * connections too.
   */
  void revoke(UserId userId, String cell, long epoch) throws ProvisioningException;

  /** Lets a principal write as fast as its owner may now, also where it is connected. */
  void limit(UserId userId, long epoch) throws ProvisioningException;

  /** End of an owner's log. */
  long endOffset(UserId userId, String cell) throws ProvisioningException;
}
