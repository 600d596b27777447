package dev.cairn.journal.record;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import java.util.List;

/** One record of a user's log. Equal exactly when their heads are. */
public sealed interface LogRecord permits Commit, EpochOpened {
  Header header();

  /** The exact signed bytes. */
  Bytes headerBytes();

  /** 64 bytes each; on rotation the old author key's first, then the new one's. */
  List<Bytes> signatures();

  /** What the next record of the chain names. */
  Bytes head();

  default SignedHeader signedHeader() {
    return new SignedHeader(header(), signatures());
  }

  default UserId userId() {
    return header().userId();
  }

  default int keyVersion() {
    return header().keyVersion();
  }

  default long epoch() {
    return header().epoch();
  }

  default long index() {
    return header().index();
  }

  default Bytes previousHead() {
    return header().previousHead();
  }

  default long sequenceAfter() {
    return header().sequenceAfter();
  }

  default Bytes stateDigest() {
    return header().stateDigest();
  }

  default long objectCount() {
    return header().objectCount();
  }

  default long timestamp() {
    return header().timestamp();
  }
}
