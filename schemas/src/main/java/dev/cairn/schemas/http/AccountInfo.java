package dev.cairn.schemas.http;

import java.util.List;

/**
 * What opens an account, for its owner.
 *
 * @param identity the name that it is found by
 * @param accountVersion grows with every change of secrets
 * @param logins {@code password}, {@code wallet}, {@code recovery-key}
 * @param factors {@code totp}, {@code recovery-code}
 * @param recoveryCodesLeft how many of them are not used
 * @param bundleVersion of the bundle in force
 */
public record AccountInfo(
    String identity,
    long accountVersion,
    List<String> logins,
    List<String> factors,
    int recoveryCodesLeft,
    int bundleVersion) {
  /** Keeps the lists unchangeable. */
  public AccountInfo {
    logins = List.copyOf(logins);
    factors = List.copyOf(factors);
  }
}
