package dev.cairn.crypto;

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
import org.jspecify.annotations.NullMarked;

/**
 * Published or golden values from a resource; remembers which of them were looked at, so that a
 * test can show that it used them all.
 */
@NullMarked
public final class Vectors {
  private final Properties values = new Properties();
  private final Set<String> unused = new TreeSet<>();

  /** Reads a resource of this package or one below it; a missing one fails. */
  public Vectors(String resource) {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(Vectors.class.getResourceAsStream(resource), resource),
            StandardCharsets.UTF_8)) {
      values.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    unused.addAll(values.stringPropertyNames());
  }

  /** Bytes in hexadecimal; a missing value fails. */
  public Bytes get(String name) {
    return optional(name).orElseThrow(() -> new AssertionError("no vector " + name));
  }

  /** Bytes in hexadecimal, where there are any. */
  public Optional<Bytes> optional(String name) {
    unused.remove(name);
    return Optional.ofNullable(values.getProperty(name)).map(Bytes::fromHex);
  }

  /** Text as it is; a missing value fails. */
  public String text(String name) {
    unused.remove(name);
    return Objects.requireNonNull(values.getProperty(name), name);
  }

  /** Names that begin so and were not looked at yet. */
  public Set<String> unused(String prefix) {
    Set<String> matching = new TreeSet<>(unused);
    matching.removeIf(name -> !name.startsWith(prefix));
    return matching;
  }
}
