package dev.cairn.recovery.accounts;

/** The accounts cannot be read or changed now. What was asked may or may not have taken effect. */
public final class AccountsUnavailableException extends Exception {
  public AccountsUnavailableException(String message) {
    super(message);
  }

  public AccountsUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
