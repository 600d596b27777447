package dev.cairn.schemas.http;

/** How far the verification of a base is. */
public record BasePublished(State state) {
  /** PENDING: ask again; PUBLISHED: everybody who reads now begins with the base. */
  public enum State {
    PENDING,
    PUBLISHED
  }
}
