package dev.cairn.schemas.http;

/** A code of the authenticator, or a recovery code. */
public record FactorCode(String code) {
  @Override
  public String toString() {
    return "FactorCode[]";
  }
}
