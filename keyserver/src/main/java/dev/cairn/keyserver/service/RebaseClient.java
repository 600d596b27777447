package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.BasePublish;
import dev.cairn.schemas.http.BasePublished;
import dev.cairn.schemas.http.EpochRequest;
import dev.cairn.schemas.http.ErrorCodes;
import dev.cairn.schemas.http.TakeoverAnswer;

/** The part of the service that takes a whole state. Thread-safe. */
final class RebaseClient implements RebasePort {
  private final ServiceRequests requests;

  RebaseClient(ServiceRequests requests) {
    this.requests = requests;
  }

  @Override
  public void uploadBaseFile(
      OwnerSigner signer, int keyVersion, long epoch, String name, Bytes content) {
    String path = ApiPaths.baseFile(keyVersion, epoch, name);
    Answers.requireSuccess(
        requests.owned(
            signer, "PUT", path, content, ServiceRequests.MAX_JSON, ServiceRequests.DATA_TIMEOUT));
  }

  @Override
  public boolean nextEpoch(OwnerSigner signer, String grantId, long afterEpoch) {
    Bytes body = Json.write(new EpochRequest(grantId, afterEpoch));
    HttpAnswer answer =
        requests.owned(
            signer,
            "POST",
            ApiPaths.OWNER_EPOCH,
            body,
            ServiceRequests.MAX_JSON,
            ServiceRequests.DATA_TIMEOUT);
    TakeoverAnswer granted = Json.read(Answers.requireSuccess(answer).body(), TakeoverAnswer.class);
    if (!granted.takeoverId().equals(grantId) || granted.epoch() != afterEpoch + 1) {
      throw Json.malformed(TakeoverAnswer.class, "it is of another grant", null);
    }
    return granted.state() == TakeoverAnswer.State.ISSUED;
  }

  @Override
  public boolean publishBase(OwnerSigner signer, String grantId, Bytes epochOpened)
      throws BaseBrokenException {
    Bytes body = Json.write(new BasePublish(grantId, epochOpened.base64Url()));
    HttpAnswer answer =
        requests.owned(
            signer,
            "POST",
            ApiPaths.OWNER_BASE_PUBLISH,
            body,
            ServiceRequests.MAX_JSON,
            ServiceRequests.DATA_TIMEOUT);
    if (!answer.isSuccess()) {
      ServiceErrors.Refusal refusal = ServiceErrors.read(answer);
      if (refusal.code().equals(ErrorCodes.BASE_BROKEN)) {
        throw new BaseBrokenException(refusal.message());
      }
    }
    return Json.read(Answers.requireSuccess(answer).body(), BasePublished.class).state()
        == BasePublished.State.PUBLISHED;
  }
}
