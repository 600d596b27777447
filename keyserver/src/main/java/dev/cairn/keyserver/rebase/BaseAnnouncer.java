package dev.cairn.keyserver.rebase;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.commitfile.CommitStorage;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.publish.ConnectionSource;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.service.BaseBrokenException;
import dev.cairn.keyserver.service.BrokerConnection;
import dev.cairn.keyserver.service.RebasePort;
import dev.cairn.keyserver.service.Signers;
import dev.cairn.keyserver.state.SealedBase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the provider of a base that this home has gone over to, before anything is published in its
 * epoch: takes the epoch, and has the base verified and published. Stands in the publisher's way to
 * its connection, which asks again until it succeeds: so nothing has to be remembered but the id.
 *
 * <p>The base is published before its opening reaches the log: whoever reads from then on begins
 * with it, whatever has become of the log before.
 */
public final class BaseAnnouncer implements ConnectionSource {
  private static final Logger LOG = LoggerFactory.getLogger(BaseAnnouncer.class);

  private final ConnectionSource service;
  private final RebasePort rebase;
  private final Signers signers;
  private final CommitStorage storage;
  private final Workshop workshop;
  private final Supplier<Optional<EpochOpened>> opened;
  private final RecordCodec codec = RecordCodec.withBuiltInSchemas();
  private volatile RebaseListener listener = RebaseListener.NONE;

  /**
   * @param opened the opening in force in this home
   */
  public BaseAnnouncer(
      ConnectionSource service,
      RebasePort rebase,
      Signers signers,
      CommitStorage storage,
      Workshop workshop,
      Supplier<Optional<EpochOpened>> opened) {
    this.service = service;
    this.rebase = rebase;
    this.signers = signers;
    this.storage = storage;
    this.workshop = workshop;
    this.opened = opened;
  }

  /** Who hears of the provider's steps. */
  public void listen(RebaseListener hears) {
    listener = hears;
  }

  /** Whether the provider may not know yet of the base that this home writes on. */
  public boolean isPending() {
    try {
      return pending().isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException("What is pending cannot be read", e);
    }
  }

  private Optional<PendingBase> pending() throws IOException {
    long epoch = opened.get().map(EpochOpened::epoch).orElse(0L);
    return PendingBase.read(storage).filter(it -> it.epoch() == epoch);
  }

  @Override
  public BrokerConnection connect(long epoch) {
    try {
      Optional<PendingBase> pending = pending();
      if (pending.isPresent()) {
        announce(pending.get(), opened.get().orElseThrow());
        PendingBase.forget(storage);
      }
    } catch (IOException e) {
      throw new UnavailableException("What is pending cannot be kept: " + e.getMessage(), e);
    }
    return service.connect(epoch);
  }

  private void announce(PendingBase pending, EpochOpened opening) {
    if (!signers.call(
        signer -> rebase.nextEpoch(signer, pending.grantId(), pending.afterEpoch()))) {
      throw new UnavailableException("Epoch " + pending.epoch() + " is not issued yet");
    }
    listener.reached(RebaseStep.ISSUED);
    Bytes record = codec.encode(opening);
    boolean published;
    try {
      published = publish(pending, record);
    } catch (BaseBrokenException e) {
      LOG.warn("The provider says that {}: uploading the base again", e.getMessage());
      repair(opening);
      try {
        published = publish(pending, record);
      } catch (BaseBrokenException again) {
        throw new UnavailableException(
            "The provider does not hold the base as it was uploaded ("
                + again.getMessage()
                + "). Nothing is lost here, and it is tried again; if it stays so, ask the"
                + " provider",
            again);
      }
    }
    if (!published) {
      throw new UnavailableException("The provider is still verifying the base");
    }
    listener.reached(RebaseStep.PUBLISHED);
  }

  private boolean publish(PendingBase pending, Bytes record) throws BaseBrokenException {
    Signers.Call<Boolean, BaseBrokenException> publish =
        signer -> rebase.publishBase(signer, pending.grantId(), record);
    return signers.call(publish);
  }

  private void repair(EpochOpened opening) {
    try (SealedBase base =
        workshop
            .existing()
            .orElseThrow(() ->
                new IntegrityException(
                    "The provider lost the base, and this home does not hold it any more: upload"
                        + " the state anew (compact --rebase)"))) {
      base.touchAll();
      BaseFiles files =
          new BaseFiles(
              base,
              workshop.files(),
              (name, content) ->
                  signers.call(signer -> {
                    rebase.uploadBaseFile(
                        signer, opening.keyVersion(), opening.epoch(), name, content);
                    return true;
                  }));
      files.send((done, all) -> {});
      Bytes sha256 = files.sendManifest();
      if (!opening.base().equals(Optional.of(sha256))) {
        throw new IntegrityException(
            "What this home holds of its base is not what it opened the epoch on: upload the state"
                + " anew (compact --rebase)");
      }
    }
  }

  @Override
  public List<KnownSnapshot> snapshots() {
    return service.snapshots();
  }

  @Override
  public LogExtent logExtent() {
    return service.logExtent();
  }
}
