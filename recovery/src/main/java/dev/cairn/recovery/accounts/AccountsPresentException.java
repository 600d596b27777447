package dev.cairn.recovery.accounts;

/** The accounts topic holds accounts: nothing is rebuilt over them. */
public final class AccountsPresentException extends Exception {
  AccountsPresentException(String message) {
    super(message);
  }
}
