package dev.cairn.schemas.http;

import java.util.Optional;
import java.util.OptionalLong;

/** How far a takeover is; end offset and connection only when it is issued. */
public record TakeoverAnswer(
    String takeoverId,
    State state,
    long epoch,
    OptionalLong finalEndOffset,
    Optional<Connection> connection) {
  /** PENDING: ask again; ISSUED: the epoch may be opened. */
  public enum State {
    PENDING,
    ISSUED
  }
}
