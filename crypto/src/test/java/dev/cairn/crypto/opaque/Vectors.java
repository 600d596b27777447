package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** Published vectors from a resource; remembers which of them were looked at, so that a test can show that it used them all. */
final class Vectors {
  private final Properties values = new Properties();
  private final Set<String> unused = new TreeSet<>();

  Vectors(String resource) {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(Vectors.class.getResourceAsStream(resource), resource), StandardCharsets.UTF_8)) {
      values.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    unused.addAll(values.stringPropertyNames());
  }

  Bytes get(String name) {
    return optional(name).orElseThrow(() -> new AssertionError("no vector " + name));
  }

  Optional<Bytes> optional(String name) {
    unused.remove(name);
    return Optional.ofNullable(values.getProperty(name)).map(Bytes::fromHex);
  }

  Set<String> unused() {
    return unused;
  }
}
