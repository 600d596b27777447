package dev.cairn.schemas.http;

import java.util.List;
import java.util.Optional;

/**
 * Other secrets and the bundle that they open, in one step. What is not named stays as it is.
 *
 * @param accountVersion the one that the change is of
 * @param login {@code keep}, {@code password} or {@code wallet}
 * @param password where the login is to be by one
 * @param wallet where the login is to be by one
 * @param recoveryKey {@code keep}, {@code none} or {@code new}
 * @param recoveryPublicKey of a new recovery key, 32 bytes, base64url
 * @param factor {@code keep}, {@code none}, {@code codes} or {@code new}
 * @param newFactor where there is one
 * @param recoveryCodes that take the place of those before, where the factor says {@code codes}
 * @param bundle the recovery bundle in wire format, base64url; empty where only the second factor
 *     changes
 */
public record CredentialsReplace(
    long accountVersion,
    String login,
    Optional<PasswordRecord> password,
    Optional<WalletProof> wallet,
    String recoveryKey,
    Optional<String> recoveryPublicKey,
    String factor,
    Optional<NewFactor> newFactor,
    List<String> recoveryCodes,
    Optional<String> bundle) {
  public static final String KEEP = "keep";
  public static final String NONE = "none";
  public static final String NEW = "new";
  public static final String PASSWORD = "password";
  public static final String WALLET = "wallet";
  public static final String CODES = "codes";

  /** Keeps the codes unchangeable. */
  public CredentialsReplace {
    recoveryCodes = List.copyOf(recoveryCodes);
  }

  @Override
  public String toString() {
    return "CredentialsReplace[accountVersion=" + accountVersion + "]";
  }
}
