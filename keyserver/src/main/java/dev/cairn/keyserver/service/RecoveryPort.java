package dev.cairn.keyserver.service;

/** The service as a recovering client uses it. Nothing that it answers is believed. Thread-safe. */
public interface RecoveryPort extends LoginPort, BackupPort {
  /**
   * Asks for the log under an id that the client chose; repeating it gives the same answer.
   *
   * @param takeoverId 32 hex digits
   */
  TakeoverGrant takeOver(AccessToken possession, PossessionSigner signer, String takeoverId)
      throws TokenInvalidException;
}
