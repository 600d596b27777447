package dev.cairn.schemas.http;

import java.util.List;

/**
 * A second factor that begins to be asked for.
 *
 * @param totpSecret what the authenticator was given, 20 bytes, base64url
 * @param code what it shows: it serves for nothing else
 * @param recoveryCodes each serves once in place of a code
 */
public record NewFactor(String totpSecret, String code, List<String> recoveryCodes) {
  /** Keeps the codes unchangeable. */
  public NewFactor {
    recoveryCodes = List.copyOf(recoveryCodes);
  }

  @Override
  public String toString() {
    return "NewFactor[]";
  }
}
