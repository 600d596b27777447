package dev.cairn.keyserver.publish;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.SignedHeader;
import dev.cairn.keyserver.error.FencedException;
import java.util.Optional;

/** What there is to publish, as the publisher sees it. Indexes are those of the owner's records. */
public interface Outbox {
  /** The oldest record that is still here. */
  long firstIndex();

  /** The newest record that may be published: it and everything before it is durable. */
  long durableIndex();

  /** The exact bytes of a record that is still here. */
  Bytes record(long index);

  /** Header and signatures of a record that is still here. */
  SignedHeader signedHeader(long index);

  /** The opening that was in force at a record, where it is known. */
  Optional<SignedHeader> openingAt(long index);

  /** Whether no transaction is unfinished after the record. */
  boolean endsTransaction(long index);

  /** Every record up to this one is backed up. */
  void acknowledged(long index);

  /** Another writer has the log; nothing more can be backed up. */
  void fenced(FencedException cause);
}
