package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;
import java.util.Optional;

/** The service as a new account uses it. */
public interface RegistrationPort {
  /** See {@link LoginPort#server()}. */
  ServerDescription server();

  /** Begins; nothing is registered by it. */
  RegistrationOffer startRegistration(String username, Bytes request) throws UsernameTakenException;

  /**
   * Registers: login record, bundle and author key together.
   *
   * @param recoveryPublicKey what a printed recovery key logs in by, where there is one
   */
  UserId finishRegistration(
      RegistrationOffer offer,
      OwnerSigner signer,
      Bytes record,
      Bytes bundle,
      KsfParameters ksf,
      Optional<Bytes> recoveryPublicKey)
      throws UsernameTakenException;
}
