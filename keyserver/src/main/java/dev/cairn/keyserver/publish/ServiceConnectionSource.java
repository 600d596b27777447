package dev.cairn.keyserver.publish;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.keyserver.service.BrokerConnection;
import dev.cairn.keyserver.service.OwnerPort;
import dev.cairn.keyserver.service.Signers;
import dev.cairn.keyserver.service.SnapshotRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the recovery service, with signed owner's requests. */
public final class ServiceConnectionSource implements ConnectionSource {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceConnectionSource.class);

  private final OwnerPort service;
  private final Signers signers;

  /** Borrows both. */
  public ServiceConnectionSource(OwnerPort service, Signers signers) {
    this.service = service;
    this.signers = signers;
  }

  @Override
  public BrokerConnection connect(long epoch) {
    return signers.call(signer -> service.connect(signer, epoch));
  }

  @Override
  public List<KnownSnapshot> snapshots() {
    List<KnownSnapshot> known = new ArrayList<>();
    for (SnapshotRef each :
        signers.<List<SnapshotRef>, RuntimeException>call(service::ownSnapshots)) {
      if (signers.has(each.keyVersion())) {
        read(each).ifPresent(known::add);
      }
    }
    return known;
  }

  private Optional<KnownSnapshot> read(SnapshotRef snapshot) {
    Optional<Bytes> file =
        signers.call(signer ->
            service.ownFile(
                signer, snapshot, SnapshotFormat.MANIFEST_NAME, SnapshotFormat.MAX_MANIFEST_BYTES));
    if (file.isEmpty()) {
      return Optional.empty(); // swept meanwhile
    }
    try {
      Manifest manifest = ManifestCodec.decode(file.get());
      return switch (manifest.origin()) {
        case Manifest.AtRecord at ->
            Optional.of(
                new KnownSnapshot(
                    at.last(), at.epochOpened(), manifest.entries(), manifest.bytes()));
        case Manifest.Base base -> Optional.empty();
      };
    } catch (SnapshotBrokenException e) {
      LOG.warn(
          "The manifest of snapshot {} at the provider is broken: {}", snapshot, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public LogExtent logExtent() {
    return signers.<LogExtent, RuntimeException>call(service::ownLog);
  }
}
