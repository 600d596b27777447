package dev.cairn.keyserver.service;

/** The token has expired, or the account changed since it was given out: log in again. */
public final class TokenInvalidException extends Exception {
  private static final long serialVersionUID = 1L;

  public TokenInvalidException(String message) {
    super(message);
  }
}
