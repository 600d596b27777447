package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.BundleReplace;

/** The part of the service that renews a bundle. Thread-safe. */
final class BundleClient implements BundlePort {
  private final ServiceRequests requests;

  BundleClient(ServiceRequests requests) {
    this.requests = requests;
  }

  @Override
  public void replaceBundle(AccessToken possession, PossessionSigner signer, Bytes bundle)
      throws TokenInvalidException {
    Bytes body = Json.write(new BundleReplace(bundle.base64Url()));
    Answers.requireSuccess(
        Answers.requireToken(
            requests.possessed(
                ApiPaths.BUNDLE_REPLACE, possession, signer, ApiPaths.PURPOSE_BUNDLE, body)));
  }
}
