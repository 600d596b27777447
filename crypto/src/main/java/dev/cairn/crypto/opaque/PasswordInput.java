package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Layout;
import dev.cairn.crypto.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What goes into the OPRF for a password: {@code lp(server name) ‖ lp(username) ‖ lp(password)},
 * the password in the OpaqueString form of RFC 8265 section 4.2. With the names in it, the same
 * password at another server, or of another user, is another one.
 *
 * <p>Thread-safe; zeroed by {@link #close()}. For passwords outside ASCII the platform's Unicode
 * normalisation makes a {@code String} that nobody can zero.
 */
public final class PasswordInput implements AutoCloseable {
  /** The most bytes of UTF-8 in a password. */
  public static final int MAX_PASSWORD = 4096;

  private static final int MAX_NAME = 255;

  private final String serverName;
  private final String username;
  private final SecretBytes input;

  private PasswordInput(String serverName, String username, SecretBytes input) {
    this.serverName = serverName;
    this.username = username;
    this.input = input;
  }

  /**
   * From the password's UTF-8 bytes, which stay the caller's to close.
   *
   * @throws UnusablePasswordException if the password cannot be used
   * @throws IllegalArgumentException if a name is empty or longer than 255 characters
   */
  public static PasswordInput of(String serverName, String username, SecretBytes passwordUtf8)
      throws UnusablePasswordException {
    char[] password = decode(passwordUtf8);
    try {
      return of(serverName, username, password);
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  /**
   * From the password's characters, which stay the caller's to zero.
   *
   * @throws UnusablePasswordException if the password cannot be used
   * @throws IllegalArgumentException if a name is empty or longer than 255 characters
   */
  public static PasswordInput of(String serverName, String username, char[] password)
      throws UnusablePasswordException {
    if (serverName.isEmpty()
        || username.isEmpty()
        || serverName.length() > MAX_NAME
        || username.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "server name and username have 1 to " + MAX_NAME + " characters");
    }
    byte[] prepared = OpaqueString.enforce(password);
    try {
      if (prepared.length > MAX_PASSWORD) {
        throw new UnusablePasswordException(
            "the password is longer than " + MAX_PASSWORD + " bytes");
      }
      Layout layout =
          Layout.unlabelledOfSize(12 + 4 * MAX_NAME * 2 + prepared.length)
              .lp(serverName)
              .lp(username)
              .lp(prepared);
      return new PasswordInput(
          serverName, username, SecretBytes.takeOwnershipOf(layout.takeSecret()));
    } finally {
      Arrays.fill(prepared, (byte) 0);
    }
  }

  /** The server's identity. */
  public String serverName() {
    return serverName;
  }

  /** The client's identity. */
  public String username() {
    return username;
  }

  Identities identities() {
    return Identities.of(username, serverName);
  }

  byte[] copyMaterial() {
    return input.copyMaterial();
  }

  static char[] decode(SecretBytes utf8) throws UnusablePasswordException {
    byte[] bytes = utf8.copyMaterial();
    CharBuffer chars = CharBuffer.allocate(bytes.length);
    try {
      var decoder =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
      var result = decoder.decode(ByteBuffer.wrap(bytes), chars, true);
      if (result.isError()) {
        result.throwException();
      }
      return Arrays.copyOf(chars.array(), chars.position());
    } catch (CharacterCodingException e) {
      throw new UnusablePasswordException("the password is not UTF-8 text");
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(chars.array(), '\0');
    }
  }

  /** Zeroes the password. */
  @Override
  public void close() {
    input.close();
  }

  @Override
  public String toString() {
    return "PasswordInput(" + username + " at " + serverName + ")";
  }
}
