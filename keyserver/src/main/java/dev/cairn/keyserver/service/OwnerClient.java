package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.schemas.http.AccountInfo;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.AuditTrail;
import dev.cairn.schemas.http.CompactRequested;
import dev.cairn.schemas.http.ConnectRequest;
import dev.cairn.schemas.http.Connection;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A running keyserver's part of the service. Thread-safe. */
final class OwnerClient implements OwnerPort {
  private final ServiceRequests requests;

  OwnerClient(ServiceRequests requests) {
    this.requests = requests;
  }

  @Override
  public BrokerConnection connect(OwnerSigner signer, long epoch) {
    Bytes body = Json.write(new ConnectRequest(epoch));
    HttpAnswer answer =
        requests.owned(signer, "POST", ApiPaths.OWNER_CONNECT, body, ServiceRequests.MAX_JSON);
    return Answers.connection(
        Json.read(Answers.requireSuccess(answer).body(), Connection.class), signer.userId(), epoch);
  }

  @Override
  public String compact(OwnerSigner signer) {
    HttpAnswer answer =
        requests.owned(
            signer, "POST", ApiPaths.OWNER_COMPACT, Bytes.utf8("{}"), ServiceRequests.MAX_JSON);
    return Json.read(Answers.requireSuccess(answer).body(), CompactRequested.class).jobId();
  }

  @Override
  public List<SnapshotRef> ownSnapshots(OwnerSigner signer) {
    return Answers.snapshotList(
        requests.owned(
            signer, "GET", ApiPaths.OWNER_SNAPSHOTS, Bytes.EMPTY, ServiceRequests.MAX_LIST));
  }

  @Override
  public Optional<Bytes> ownFile(OwnerSigner signer, SnapshotRef snapshot, String name, int limit) {
    String path = Answers.filePath(ApiPaths.OWNER_SNAPSHOTS, snapshot, name);
    return Answers.unlessAbsent(requests.owned(signer, "GET", path, Bytes.EMPTY, limit));
  }

  @Override
  public Optional<Bytes> ownRange(
      OwnerSigner signer, SnapshotRef snapshot, String name, long from, long toExclusive) {
    int length = Math.toIntExact(toExclusive - from);
    HttpAnswer answer =
        requests.owned(
            signer,
            "GET",
            Answers.filePath(ApiPaths.OWNER_SNAPSHOTS, snapshot, name),
            Bytes.EMPTY,
            request -> request.header("Range", "bytes=" + from + "-" + (toExclusive - 1)),
            Math.max(length, ServiceRequests.MAX_JSON),
            ServiceRequests.DATA_TIMEOUT);
    return Answers.range(answer, name, from, length);
  }

  @Override
  public LogPage ownRecords(OwnerSigner signer, long from) throws LogTruncatedException {
    return Answers.page(
        requests.owned(
            signer,
            "GET",
            ApiPaths.OWNER_RECORDS + "?from=" + from,
            Bytes.EMPTY,
            request -> {},
            RecoveryClient.MAX_PAGE,
            ServiceRequests.DATA_TIMEOUT),
        from);
  }

  @Override
  public LogExtent ownLog(OwnerSigner signer) {
    return Answers.extent(
        requests.owned(signer, "GET", ApiPaths.OWNER_LOG, Bytes.EMPTY, ServiceRequests.MAX_JSON));
  }

  @Override
  public AccountSummary account(OwnerSigner signer) {
    AccountInfo info =
        Json.read(
            Answers.requireSuccess(
                    requests.owned(
                        signer,
                        "GET",
                        ApiPaths.OWNER_ACCOUNT,
                        Bytes.EMPTY,
                        ServiceRequests.MAX_JSON))
                .body(),
            AccountInfo.class);
    return new AccountSummary(
        info.identity(),
        info.accountVersion(),
        info.logins(),
        info.factors(),
        info.recoveryCodesLeft(),
        info.bundleVersion());
  }

  @Override
  public List<AuditEntry> audit(OwnerSigner signer) {
    HttpAnswer answer =
        requests.owned(signer, "GET", ApiPaths.OWNER_AUDIT, Bytes.EMPTY, ServiceRequests.MAX_LIST);
    List<AuditEntry> entries = new ArrayList<>();
    try {
      for (dev.cairn.schemas.http.AuditEntry entry :
          Json.read(Answers.requireSuccess(answer).body(), AuditTrail.class).entries()) {
        entries.add(
            new AuditEntry(Instant.ofEpochMilli(entry.time()), entry.event(), entry.detail()));
      }
    } catch (DateTimeException e) {
      throw Json.malformed(AuditTrail.class, "a time in it is none", e);
    }
    return entries;
  }
}
