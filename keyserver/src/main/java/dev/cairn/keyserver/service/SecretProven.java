package dev.cairn.keyserver.service;

import dev.cairn.crypto.UserId;
import java.util.List;

/**
 * The secret is proven.
 *
 * @param token for the bundle and the proof of possession
 * @param userId the account
 * @param accountVersion of the account whose secret it was
 * @param factors further factors that are enrolled and still to be proven
 */
public record SecretProven(
    AccessToken token, UserId userId, long accountVersion, List<String> factors) {
  /** Keeps the factors unchangeable. */
  public SecretProven {
    factors = List.copyOf(factors);
  }
}
