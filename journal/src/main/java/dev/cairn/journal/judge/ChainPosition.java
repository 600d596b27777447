package dev.cairn.journal.judge;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.Header;

/**
 * Where the accepted chain stands after a record.
 *
 * @param sequence transactions finished so far
 * @param head what the next record must name
 * @param openOperations operations so far of an unfinished transaction; 0 when none is open
 * @param stateDigest digest of the live state after the last finished transaction, as signed
 * @param objectCount live tags after the last finished transaction, as signed
 * @param author key that signs in this epoch
 * @param timestamp signed by the owner, in milliseconds
 */
public record ChainPosition(
    int keyVersion,
    long epoch,
    long index,
    long sequence,
    Bytes head,
    int openOperations,
    Bytes stateDigest,
    long objectCount,
    AuthorPublicKey author,
    long timestamp) {

  static ChainPosition after(Header record, Bytes head, AuthorPublicKey author) {
    return new ChainPosition(
        record.keyVersion(),
        record.epoch(),
        record.index(),
        record.sequenceAfter(),
        head,
        record.openOperations(),
        record.stateDigest(),
        record.objectCount(),
        record instanceof EpochHeader opened ? opened.author() : author,
        record.timestamp());
  }
}
