package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.CredentialsReplace;
import dev.cairn.schemas.http.CredentialsReplaced;
import dev.cairn.schemas.http.CredentialsStart;
import dev.cairn.schemas.http.CredentialsStarted;
import java.util.Optional;

/** The part of the service that changes secrets. Thread-safe. */
final class CredentialsClient implements CredentialsPort {
  private final ServiceRequests requests;

  CredentialsClient(ServiceRequests requests) {
    this.requests = requests;
  }

  @Override
  public Offer startChange(AccessToken possession, PossessionSigner signer, Optional<Bytes> request)
      throws TokenInvalidException {
    HttpAnswer answer =
        requests.possessed(
            ApiPaths.CREDENTIALS_START,
            possession,
            signer,
            ApiPaths.PURPOSE_CREDENTIALS,
            Json.write(new CredentialsStart(request.map(Bytes::base64Url))));
    CredentialsStarted started =
        Json.read(
            Answers.requireSuccess(Answers.requireToken(answer)).body(), CredentialsStarted.class);
    if (started.response().isPresent() != request.isPresent()) {
      throw Json.malformed(CredentialsStarted.class, "it answers something else", null);
    }
    return new Offer(
        started.response().map(text -> Json.binary("registration response", text)),
        started.accountVersion(),
        Answers.challenge(started.challenge()));
  }

  @Override
  public void change(AccessToken possession, PossessionSigner signer, CredentialsReplace change)
      throws TokenInvalidException {
    HttpAnswer answer =
        requests.possessed(
            ApiPaths.CREDENTIALS,
            possession,
            signer,
            ApiPaths.PURPOSE_CREDENTIALS,
            Json.write(change));
    CredentialsReplaced replaced =
        Json.read(
            Answers.requireSuccess(Answers.requireToken(answer)).body(), CredentialsReplaced.class);
    if (replaced.accountVersion() <= change.accountVersion()) {
      throw Json.malformed(CredentialsReplaced.class, "it is of an earlier change", null);
    }
  }
}
