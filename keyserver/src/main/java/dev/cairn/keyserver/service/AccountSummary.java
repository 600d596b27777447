package dev.cairn.keyserver.service;

import java.util.List;

/**
 * What opens an account, as the service says.
 *
 * @param identity the name that it is found by
 * @param accountVersion grows with every change of secrets
 * @param logins {@code password}, {@code wallet}, {@code recovery-key}
 * @param factors {@code totp}, {@code recovery-code}
 * @param recoveryCodesLeft how many of them are not used
 * @param bundleVersion of the recovery bundle in force
 */
public record AccountSummary(
    String identity,
    long accountVersion,
    List<String> logins,
    List<String> factors,
    int recoveryCodesLeft,
    int bundleVersion) {
  /** Keeps the lists unchangeable. */
  public AccountSummary {
    logins = List.copyOf(logins);
    factors = List.copyOf(factors);
  }
}
