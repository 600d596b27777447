package dev.cairn.schemas.wire;

import java.util.Optional;

/** What else may know the meaning of a schema id that is not known here. Thread-safe. */
@FunctionalInterface
public interface IdLookup {
  /** Knows nothing: the reader tries what may stand in that place. */
  IdLookup NONE = id -> Optional.empty();

  /** The record type, or empty where nobody knows or nobody answers; never an exception. */
  Optional<RecordType> typeOf(int id);
}
