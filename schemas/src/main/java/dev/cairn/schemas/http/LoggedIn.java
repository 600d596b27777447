package dev.cairn.schemas.http;

import java.util.List;

/** The secret is proven; factors that are still wanted stand in {@code factors}. */
public record LoggedIn(
    String token, String userId, long accountVersion, List<String> factors, long expiresAt) {
  public LoggedIn {
    factors = List.copyOf(factors);
  }

  @Override
  public String toString() {
    return "LoggedIn[expiresAt=" + expiresAt + "]";
  }
}
