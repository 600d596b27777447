package dev.cairn.journal.record;

import dev.cairn.crypto.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/** The bytes of version 1, made by a second implementation (golden_v1.py). They never change. */
public final class Golden {
  private static final Properties V1 = load();

  private Golden() {}

  public static Bytes bytes(String name) {
    return Bytes.fromHex(text(name));
  }

  static List<Bytes> list(String name) {
    return Arrays.stream(text(name).split(",", -1)).map(Bytes::fromHex).toList();
  }

  private static String text(String name) {
    return Objects.requireNonNull(V1.getProperty(name), "Golden bytes are missing: " + name);
  }

  private static Properties load() {
    Properties properties = new Properties();
    try (InputStream in =
        Objects.requireNonNull(
            Golden.class.getResourceAsStream("/dev/cairn/journal/golden-v1.properties"))) {
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
