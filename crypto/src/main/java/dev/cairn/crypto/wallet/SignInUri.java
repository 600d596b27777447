package dev.cairn.crypto.wallet;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The URI that a sign-in is for: {@code cairn://} and the server's name, percent-encoded where RFC
 * 3986 asks for it. It follows from the name that the owner has pinned and from nothing that a
 * service says, so a service cannot have a sign-in made that is worth something at another one.
 */
public final class SignInUri {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  private SignInUri() {}

  /** The URI of a service. */
  public static String of(String serverName) {
    StringBuilder uri = new StringBuilder("cairn://");
    for (byte unit : serverName.getBytes(StandardCharsets.UTF_8)) {
      if (UNRESERVED.indexOf(unit) >= 0) {
        uri.append((char) unit);
      } else {
        uri.append(String.format(Locale.ROOT, "%%%02X", unit & 0xff));
      }
    }
    return uri.toString();
  }
}
