package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;

/** The service as a keyserver uses it that uploads its state anew: signed requests. Thread-safe. */
public interface RebasePort {
  /** Stores a file of the base of an epoch; a repeat changes nothing. */
  void uploadBaseFile(OwnerSigner signer, int keyVersion, long epoch, String name, Bytes content);

  /**
   * Asks for the epoch after the one that this keyserver writes in; earlier principals are shut
   * out.
   *
   * @param grantId 32 hex digits: asking again with them gives the same answer
   * @return whether it is issued; if not, ask again
   * @throws dev.cairn.keyserver.error.FencedException if another epoch has been granted since
   */
  boolean nextEpoch(OwnerSigner signer, String grantId, long afterEpoch);

  /**
   * Has a base verified, and made the snapshot that everybody begins with.
   *
   * @param epochOpened the signed record, as it goes into the log
   * @return whether that is done; if not, ask again
   * @throws BaseBrokenException if it does not hold: upload it again
   */
  boolean publishBase(OwnerSigner signer, String grantId, Bytes epochOpened)
      throws BaseBrokenException;
}
