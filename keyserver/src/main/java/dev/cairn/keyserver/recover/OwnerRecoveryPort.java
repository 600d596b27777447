package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.service.AccessToken;
import dev.cairn.keyserver.service.LogPage;
import dev.cairn.keyserver.service.LogTruncatedException;
import dev.cairn.keyserver.service.LoginOffer;
import dev.cairn.keyserver.service.OwnerPort;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.PossessionSigner;
import dev.cairn.keyserver.service.RecoveryPort;
import dev.cairn.keyserver.service.SecretProven;
import dev.cairn.keyserver.service.ServerDescription;
import dev.cairn.keyserver.service.SnapshotRef;
import dev.cairn.keyserver.service.TakeoverGrant;
import java.util.List;
import java.util.Optional;

/**
 * The data of a backup for its own keyserver, which signs each request instead of logging in. What
 * needs a login is not there.
 */
final class OwnerRecoveryPort implements RecoveryPort {
  /** Stands where a token would; it is never sent. */
  static final AccessToken NO_TOKEN = new AccessToken("owner");

  private final OwnerPort service;
  private final OwnerSigner signer;

  OwnerRecoveryPort(OwnerPort service, OwnerSigner signer) {
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

  @Override
  public ServerDescription server() {
    throw needsLogin();
  }

  @Override
  public LoginOffer startLogin(String username, Bytes ke1) {
    throw needsLogin();
  }

  @Override
  public SecretProven finishLogin(Bytes sessionId, Bytes ke3) {
    throw needsLogin();
  }

  @Override
  public Bytes bundle(AccessToken secret) {
    throw needsLogin();
  }

  @Override
  public AccessToken provePossession(AccessToken secret, PossessionSigner possession) {
    throw needsLogin();
  }

  @Override
  public TakeoverGrant takeOver(
      AccessToken possession, PossessionSigner possessionSigner, String takeoverId) {
    throw needsLogin();
  }

  private static IllegalStateException needsLogin() {
    return new IllegalStateException("an owner's signature stands for no login");
  }
}
