package dev.cairn.keyserver.service;

/**
 * A short-lived token of the service. Whoever holds it may act within its scope, so it never shows
 * its content.
 */
public final class AccessToken {
  private final String value;

  public AccessToken(String value) {
    this.value = value;
  }

  String headerValue() {
    return "Bearer " + value;
  }

  @Override
  public String toString() {
    return "AccessToken(…)";
  }
}
