package dev.cairn.keyserver.api;

import dev.cairn.keyserver.home.DurableFiles;
import dev.cairn.keyserver.home.Home;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * {@code api.properties} in a home: where its running keyserver listens, and the token that it asks
 * for. Only the owner of the file may read it.
 *
 * <p>Written by the process that holds the home's lock, when it is ready; removed when it stops,
 * and by whoever locks the home next if it was killed. So while the home is locked, the file, if
 * there is one, is of the process that holds the lock; nobody should trust it while the home is not
 * locked.
 */
public final class ApiFile {
  private static final String URL = "url";
  private static final String TOKEN = "token";

  private final URI url;
  private final String token;

  /**
   * @param url where the process listens, without a path
   * @param token what it asks for
   */
  public ApiFile(URI url, String token) {
    this.url = url;
    this.token = token;
  }

  /** What the home's file says; empty if there is none, or it is not whole. */
  public static Optional<ApiFile> read(Path home) throws IOException {
    String text;
    try {
      text = Files.readString(Home.apiFile(home), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    String url = properties.getProperty(URL);
    String token = properties.getProperty(TOKEN);
    if (url == null || token == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ApiFile(URI.create(url), token));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Where the process listens, without a path. */
  public URI url() {
    return url;
  }

  /** What it asks for: whoever has it can do all that the owner can. */
  public String token() {
    return token;
  }

  /** Writes it, whole or not at all; for whoever holds the lock of the home. */
  public void write(Path home) throws IOException {
    DurableFiles.replace(
        Home.apiFile(home),
        (URL + "=" + url + "\n" + TOKEN + "=" + token + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Removes it; for whoever holds the lock of the home. */
  public static void remove(Path home) throws IOException {
    Files.deleteIfExists(Home.apiFile(home));
  }

  /** The address, never the token. */
  @Override
  public String toString() {
    return "ApiFile(" + url + ")";
  }
}
