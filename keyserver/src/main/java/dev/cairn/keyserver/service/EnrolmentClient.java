package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.CredentialsReplace;
import dev.cairn.schemas.http.CredentialsReplaced;
import dev.cairn.schemas.http.CredentialsStart;
import dev.cairn.schemas.http.CredentialsStarted;
import java.util.Optional;

/** The part of the service that makes lost secrets again. Thread-safe. */
final class EnrolmentClient implements EnrolmentPort {
  private final ServiceRequests requests;

  EnrolmentClient(ServiceRequests requests) {
    this.requests = requests;
  }

  @Override
  public Offer startEnrolment(OwnerSigner signer, Bytes request) {
    CredentialsStarted started =
        Json.read(
            Answers.requireSuccess(
                    requests.owned(
                        signer,
                        "POST",
                        ApiPaths.OWNER_CREDENTIALS_START,
                        Json.write(new CredentialsStart(Optional.of(request.base64Url()))),
                        ServiceRequests.MAX_JSON))
                .body(),
            CredentialsStarted.class);
    if (started.response().isEmpty()) {
      throw Json.malformed(CredentialsStarted.class, "it answers something else", null);
    }
    return new Offer(
        Json.binary("registration response", started.response().get()), started.accountVersion());
  }

  @Override
  public void enrol(OwnerSigner signer, CredentialsReplace change) {
    CredentialsReplaced replaced =
        Json.read(
            Answers.requireSuccess(
                    requests.owned(
                        signer,
                        "POST",
                        ApiPaths.OWNER_CREDENTIALS,
                        Json.write(change),
                        ServiceRequests.MAX_JSON))
                .body(),
            CredentialsReplaced.class);
    if (replaced.accountVersion() <= change.accountVersion()) {
      throw Json.malformed(CredentialsReplaced.class, "it is of an earlier change", null);
    }
  }
}
