package dev.cairn.schemas.http;

/** The backup key is proven; the token opens data and takeover. */
public record PossessionProven(String token, long expiresAt) {

  @Override
  public String toString() {
    return "PossessionProven[expiresAt=" + expiresAt + "]";
  }
}
