package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;

/** The service as a new account uses it. */
public interface RegistrationPort {
  /** See {@link LoginPort#server()}. */
  ServerDescription server();

  /** Begins; nothing is registered by it. */
  RegistrationOffer startRegistration(String username, Bytes request) throws UsernameTakenException;

  /** Registers: login record, bundle and author key together. */
  UserId finishRegistration(
      RegistrationOffer offer, OwnerSigner signer, Bytes record, Bytes bundle, KsfParameters ksf)
      throws UsernameTakenException;
}
