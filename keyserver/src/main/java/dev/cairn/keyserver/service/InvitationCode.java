package dev.cairn.keyserver.service;

import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.schemas.http.ApiPaths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The right to make one account, where a provider takes accounts by invitation only. Whoever knows
 * the code has it, so {@code toString} does not show it.
 */
public final class InvitationCode {
  private static final int MAX_BYTES = 256;
  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{" + 2 * ApiPaths.INVITATION_BYTES + "}");

  private final String code;

  private InvitationCode(String code) {
    this.code = code;
  }

  /**
   * Takes a code as the provider prints it; white space around it does not matter.
   *
   * @throws MalformedInputException if it is none
   */
  public static InvitationCode of(String code) {
    String stripped = code.strip();
    if (!FORM.matcher(stripped).matches()) {
      throw new MalformedInputException(
          "An invitation is "
              + 2 * ApiPaths.INVITATION_BYTES
              + " characters out of 0-9 and a-f, as the provider gave it out. Nothing was sent");
    }
    return new InvitationCode(stripped);
  }

  /**
   * Reads a file that holds a code and nothing else.
   *
   * @throws MalformedInputException if it holds none
   */
  public static InvitationCode read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII));
    }
  }

  String code() {
    return code;
  }

  @Override
  public String toString() {
    return "InvitationCode";
  }
}
