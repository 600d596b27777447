package dev.cairn.keyserver.daemon;

import java.io.IOException;
import java.io.InputStream;

/** The interface's description, as it is served; a test holds it against the routes. */
final class OpenApiDocument {
  private OpenApiDocument() {}

  static byte[] read() throws IOException {
    try (InputStream in = OpenApiDocument.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IOException("openapi.json is not in the program");
      }
      return in.readAllBytes();
    }
  }
}
