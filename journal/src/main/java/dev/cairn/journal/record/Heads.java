package dev.cairn.journal.record;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import java.util.List;

/** Fingerprints of the chain. */
public final class Heads {
  private Heads() {}

  /** What the first record of a user's log names as its predecessor. */
  public static Bytes genesis(UserId userId) {
    return Sha256.hash(Layout.label("genesis").userId(userId).toBytes());
  }

  /** {@code SHA-256(label(head) ‖ header ‖ u8 n ‖ n × 64 bytes of signatures)}. */
  public static Bytes of(Bytes header, List<Bytes> signatures) {
    Layout layout = Layout.label("head").bytes(header).u8(signatures.size());
    for (Bytes signature : signatures) {
      layout.bytes(signature);
    }
    return Sha256.hash(layout.toBytes());
  }

  /** {@code SHA-256(label(ops) ‖ u32 n ‖ digests in order)}. */
  static Bytes operationsDigest(List<NumberedOperation> operations) {
    Layout layout = Layout.label("ops").u32(operations.size());
    for (NumberedOperation operation : operations) {
      layout.bytes(operation.digest());
    }
    return Sha256.hash(layout.toBytes());
  }
}
