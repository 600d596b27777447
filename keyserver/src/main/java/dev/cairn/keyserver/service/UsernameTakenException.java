package dev.cairn.keyserver.service;

/** An account of that name exists and has been used. */
public final class UsernameTakenException extends Exception {
  private static final long serialVersionUID = 1L;

  public UsernameTakenException(String message) {
    super(message);
  }
}
