package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.keyserver.service.HttpTransport.Repetition;
import dev.cairn.keyserver.wallet.SignedLogin;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.ErrorCodes;
import dev.cairn.schemas.http.KsfInfo;
import dev.cairn.schemas.http.Registered;
import dev.cairn.schemas.http.RegistrationFinish;
import dev.cairn.schemas.http.RegistrationStart;
import dev.cairn.schemas.http.RegistrationStarted;
import dev.cairn.schemas.http.WalletRegistrationFinish;
import dev.cairn.schemas.http.WalletRegistrationStart;
import dev.cairn.schemas.http.WalletRegistrationStarted;
import java.util.Optional;

/** A new account's part of the service. Thread-safe. */
final class RegistrationClient implements RegistrationPort {
  private final ServiceRequests requests;
  private final Optional<InvitationCode> invitation;

  RegistrationClient(ServiceRequests requests, Optional<InvitationCode> invitation) {
    this.requests = requests;
    this.invitation = invitation;
  }

  @Override
  public ServerDescription server() {
    return requests.server();
  }

  @Override
  public RegistrationOffer startRegistration(String username, Bytes request)
      throws UsernameTakenException {
    HttpAnswer answer =
        requests.exchange(
            "POST",
            ApiPaths.REGISTRATION_START,
            Json.write(new RegistrationStart(username, request.base64Url())),
            head -> invitation.ifPresent(it -> head.header(ApiPaths.HEADER_INVITATION, it.code())),
            Repetition.REPEATABLE,
            ServiceRequests.MAX_JSON,
            ServiceRequests.TIMEOUT);
    requireFreeName(answer);
    RegistrationStarted started =
        Json.read(Answers.requireSuccess(answer).body(), RegistrationStarted.class);
    return new RegistrationOffer(
        started.registrationId(),
        Answers.userId(started.userId()),
        Json.binary("registration response", started.response()));
  }

  @Override
  public UserId finishRegistration(
      RegistrationOffer offer,
      OwnerSigner signer,
      Bytes record,
      Bytes bundle,
      KsfParameters ksf,
      Optional<Bytes> recoveryPublicKey)
      throws UsernameTakenException {
    Bytes body =
        Json.write(
            new RegistrationFinish(
                offer.registrationId(),
                record.base64Url(),
                bundle.base64Url(),
                signer.author().publicKey().raw().base64Url(),
                new KsfInfo(ksf.memoryKiB(), ksf.iterations(), ksf.parallelism()),
                recoveryPublicKey.map(Bytes::base64Url)));
    HttpAnswer answer =
        requests.owned(
            signer, "POST", ApiPaths.REGISTRATION_FINISH, body, ServiceRequests.MAX_JSON);
    return registered(answer, offer.userId());
  }

  @Override
  public WalletOffer startWalletRegistration(EthereumAddress address)
      throws UsernameTakenException {
    HttpAnswer answer =
        requests.exchange(
            "POST",
            ApiPaths.REGISTRATION_WALLET,
            Json.write(new WalletRegistrationStart(address.checksummed())),
            head -> invitation.ifPresent(it -> head.header(ApiPaths.HEADER_INVITATION, it.code())),
            Repetition.REPEATABLE,
            ServiceRequests.MAX_JSON,
            ServiceRequests.TIMEOUT);
    requireFreeName(answer);
    WalletRegistrationStarted started =
        Json.read(Answers.requireSuccess(answer).body(), WalletRegistrationStarted.class);
    WalletOffer offer =
        new WalletOffer(
            started.registrationId(),
            Answers.userId(started.userId()),
            Answers.challenge(started.challenge()));
    if (!offer.challenge().userId().equals(offer.userId())) {
      throw Json.malformed(
          WalletRegistrationStarted.class, "its challenge is for another user", null);
    }
    return offer;
  }

  @Override
  public UserId finishWalletRegistration(
      WalletOffer offer,
      OwnerSigner signer,
      SignedLogin login,
      Bytes bundle,
      Optional<Bytes> recoveryPublicKey)
      throws UsernameTakenException {
    Bytes body =
        Json.write(
            new WalletRegistrationFinish(
                offer.registrationId(),
                Answers.proof(login),
                bundle.base64Url(),
                signer.author().publicKey().raw().base64Url(),
                recoveryPublicKey.map(Bytes::base64Url)));
    return registered(
        requests.owned(
            signer, "POST", ApiPaths.REGISTRATION_WALLET_FINISH, body, ServiceRequests.MAX_JSON),
        offer.userId());
  }

  private static UserId registered(HttpAnswer answer, UserId offered)
      throws UsernameTakenException {
    requireFreeName(answer);
    UserId registered =
        Answers.userId(Json.read(Answers.requireSuccess(answer).body(), Registered.class).userId());
    if (!registered.equals(offered)) {
      throw Json.malformed(Registered.class, "it names another user than the one offered", null);
    }
    return registered;
  }

  private static void requireFreeName(HttpAnswer answer) throws UsernameTakenException {
    if (!answer.isSuccess()) {
      ServiceErrors.Refusal refusal = ServiceErrors.read(answer);
      if (refusal.code().equals(ErrorCodes.USERNAME_TAKEN)) {
        throw new UsernameTakenException(refusal.message());
      }
    }
  }
}
