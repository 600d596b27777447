package dev.cairn.journal.record;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A keyserver opens the log anew. */
public final class EpochOpened implements LogRecord {
  private final EpochHeader header;
  private final Bytes headerBytes;
  private final List<Bytes> signatures;
  private final Bytes head;

  EpochOpened(EpochHeader header, Bytes headerBytes, List<Bytes> signatures) {
    this.header = header;
    this.headerBytes = headerBytes;
    this.signatures = List.copyOf(signatures);
    SignedHeader.requireSignatures(header, this.signatures);
    this.head = Heads.of(headerBytes, this.signatures);
  }

  @Override
  public EpochHeader header() {
    return header;
  }

  @Override
  public Bytes headerBytes() {
    return headerBytes;
  }

  @Override
  public List<Bytes> signatures() {
    return signatures;
  }

  @Override
  public Bytes head() {
    return head;
  }

  public EpochReason reason() {
    return header.reason();
  }

  public AuthorPublicKey author() {
    return header.author();
  }

  /** SHA-256 of the base manifest's file, where the state is replaced. */
  public Optional<Bytes> base() {
    return header.base();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EpochOpened that && head.equals(that.head);
  }

  @Override
  public int hashCode() {
    return head.hashCode();
  }

  @Override
  public String toString() {
    return "EpochOpened("
        + reason()
        + ", epoch "
        + epoch()
        + ", index "
        + index()
        + ", head "
        + head.hex()
        + ")";
  }
}
