package dev.cairn.journal.record;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Elements;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import java.util.Optional;

/**
 * An operation within its record: the sequence of its own transaction, and the element that a put
 * adds to the state.
 *
 * @param sequence that of the transaction which the operation belongs to
 * @param operation the change
 * @param element what the put adds to the state; absent for a delete
 */
public record NumberedOperation(long sequence, Operation operation, Optional<Bytes> element) {
  public NumberedOperation {
    RecordLimits.requireCounter(sequence, 0, "Sequence");
    element.ifPresent(bytes -> RecordLimits.requireDigest(bytes, "Element"));
    if (element.isPresent() == operation.isDelete()) {
      throw new IllegalArgumentException("Puts have an element, deletes have none");
    }
  }

  /** Computes the element of a put. */
  public static NumberedOperation of(
      UserId userId, int keyVersion, long epoch, long sequence, Operation operation) {
    return new NumberedOperation(
        sequence,
        operation,
        operation
            .sealed()
            .map(sealed ->
                Elements.element(userId, keyVersion, epoch, sequence, operation.tag(), sealed)));
  }

  /** {@code SHA-256(label(op) ‖ tag ‖ opt(element) ‖ opt(replaces))}. */
  Bytes digest() {
    return Sha256.hash(
        Layout.label("op").bytes(operation.tag()).opt(element).opt(operation.replaces()).toBytes());
  }
}
