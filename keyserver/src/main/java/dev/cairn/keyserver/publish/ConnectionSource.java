package dev.cairn.keyserver.publish;

import dev.cairn.journal.record.SignedHeader;
import dev.cairn.keyserver.service.BrokerConnection;
import java.util.List;

/**
 * What the owner's side asks the provider's service for: the way to the log, and what lies there.
 * Every method throws {@link dev.cairn.keyserver.error.UnavailableException} when the service
 * cannot be reached.
 */
public interface ConnectionSource {
  /**
   * The way to the owner's log, for the writer of that epoch.
   *
   * @throws dev.cairn.keyserver.error.FencedException if a later epoch was granted to another
   *     writer
   */
  BrokerConnection connect(long epoch);

  /**
   * The snapshots that have a manifest, newest first; a manifest that does not parse is left out.
   */
  List<KnownSnapshot> snapshots();

  /** The half-open range of offsets that the log holds. */
  LogExtent logExtent();

  /**
   * What a manifest says of a snapshot. Its bytes are not verified here, but the last record's
   * signed header is what it is: whoever knows its head knows whether it is theirs.
   *
   * @param lastRecord header and signatures of the record that the snapshot is the state of
   * @param epochOpened header and signatures of the opening of its epoch
   * @param entries live tags
   * @param bytes of all segments
   */
  record KnownSnapshot(
      SignedHeader lastRecord, SignedHeader epochOpened, long entries, long bytes) {}
}
