package dev.cairn.journal.record;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import java.util.List;

/**
 * A header with its signatures: all that a snapshot keeps of a record, and all that its head
 * covers.
 *
 * @param signatures 64 bytes each; on rotation the old author key's first, then the new one's
 */
public record SignedHeader(Header header, List<Bytes> signatures) {
  public SignedHeader {
    signatures = List.copyOf(signatures);
    requireSignatures(header, signatures);
  }

  /** Reads a header back from its exact bytes. */
  public static SignedHeader parse(Bytes header, List<Bytes> signatures)
      throws MalformedRecordException {
    Header parsed = Header.parse(header);
    try {
      return new SignedHeader(parsed, signatures);
    } catch (IllegalArgumentException e) {
      throw new MalformedRecordException("Not a signed header: " + e.getMessage(), e);
    }
  }

  public Bytes head() {
    return Heads.of(header.toBytes(), signatures);
  }

  /**
   * Whether the last signature, which is that of the key in force after the record, is this key's.
   */
  public boolean isSignedBy(AuthorPublicKey author) {
    return author.verifies(header.toBytes(), signatures.get(signatures.size() - 1));
  }

  static void requireSignatures(Header header, List<Bytes> signatures) {
    if (signatures.size() != header.signatureCount()) {
      throw new IllegalArgumentException(
          signatures.size() + " signatures where " + header.signatureCount() + " belong");
    }
    for (Bytes signature : signatures) {
      if (signature.size() != RecordLimits.SIGNATURE_BYTES) {
        throw new IllegalArgumentException(
            "A signature has " + RecordLimits.SIGNATURE_BYTES + " bytes, not " + signature.size());
      }
    }
  }
}
