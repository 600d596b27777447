package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.keyserver.wallet.SignedLogin;
import java.util.Optional;

/** The service as a new account uses it. */
public interface RegistrationPort {
  /** See {@link LoginPort#server()}. */
  ServerDescription server();

  /** Begins; nothing is registered by it. */
  RegistrationOffer startRegistration(String username, Bytes request) throws UsernameTakenException;

  /**
   * What the registration of an address goes on with.
   *
   * @param challenge for its wallet
   */
  record WalletOffer(String registrationId, UserId userId, Challenge challenge) {}

  /** Begins for an address; nothing is registered by it. */
  WalletOffer startWalletRegistration(EthereumAddress address) throws UsernameTakenException;

  /**
   * Registers: wallet, bundle and author key together.
   *
   * @param login the offer's challenge, signed by the wallet
   * @param recoveryPublicKey what a printed recovery key logs in by, where there is one
   */
  UserId finishWalletRegistration(
      WalletOffer offer,
      OwnerSigner signer,
      SignedLogin login,
      Bytes bundle,
      Optional<Bytes> recoveryPublicKey)
      throws UsernameTakenException;

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
