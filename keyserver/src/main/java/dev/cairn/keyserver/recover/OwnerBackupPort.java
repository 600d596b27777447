package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.service.AccessToken;
import dev.cairn.keyserver.service.BackupPort;
import dev.cairn.keyserver.service.LogPage;
import dev.cairn.keyserver.service.LogTruncatedException;
import dev.cairn.keyserver.service.OwnerPort;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.SnapshotRef;
import java.util.List;
import java.util.Optional;

/** The data of a backup for its own keyserver, which signs each request instead of logging in. */
final class OwnerBackupPort implements BackupPort {
  /** Stands where a token would; it is never sent. */
  static final AccessToken NO_TOKEN = new AccessToken("owner");

  private final OwnerPort service;
  private final OwnerSigner signer;

  OwnerBackupPort(OwnerPort service, OwnerSigner signer) {
    this.service = service;
    this.signer = signer;
  }

  @Override
  public List<SnapshotRef> snapshots(AccessToken unused) {
    return service.ownSnapshots(signer);
  }

  @Override
  public Optional<Bytes> file(AccessToken unused, SnapshotRef snapshot, String name, int limit) {
    return service.ownFile(signer, snapshot, name, limit);
  }

  @Override
  public Optional<Bytes> range(
      AccessToken unused, SnapshotRef snapshot, String name, long from, long toExclusive) {
    return service.ownRange(signer, snapshot, name, from, toExclusive);
  }

  @Override
  public LogExtent log(AccessToken unused) {
    return service.ownLog(signer);
  }

  @Override
  public LogPage records(AccessToken unused, long from) throws LogTruncatedException {
    return service.ownRecords(signer, from);
  }
}
