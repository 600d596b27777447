package dev.cairn.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** Checked values of options. Immutable; {@code toString} shows none of them: some are secret. */
public final class Settings {
  private final Map<String, Object> values;
  private final Map<String, Map<String, String>> handedOn;
  private final Set<String> set;

  Settings(Map<String, Object> values, Map<String, Map<String, String>> handedOn, Set<String> set) {
    this.values = Map.copyOf(values);
    this.handedOn = Map.copyOf(handedOn);
    this.set = new TreeSet<>(set);
  }

  /** Empty where an optional text is not set. */
  public String text(Key key) {
    return value(key, String.class);
  }

  /** Absent where it is not set, or set to nothing. */
  public Optional<String> optional(Key key) {
    return Optional.of(text(key)).filter(text -> !text.isEmpty());
  }

  public int integer(Key key) {
    return value(key, Integer.class);
  }

  public long number(Key key) {
    return value(key, Long.class);
  }

  /** Absent where it is not set and has no default. */
  public OptionalLong optionalNumber(Key key) {
    return values.containsKey(key.key())
        ? OptionalLong.of(value(key, Long.class))
        : OptionalLong.empty();
  }

  public double real(Key key) {
    return value(key, Double.class);
  }

  public boolean flag(Key key) {
    return value(key, Boolean.class);
  }

  public List<String> list(Key key) {
    return ((List<?>) value(key, List.class)).stream().map(String::valueOf).toList();
  }

  /** Absent where it is not set, or set to nothing. */
  public Optional<Password> secret(Key key) {
    return Optional.ofNullable((Password) values.get(key.key()))
        .filter(password -> !password.value().isEmpty());
  }

  /** What is handed on to a Kafka client, under the client's own names. */
  public Map<String, String> passThrough(PassThrough passThrough) {
    return handedOn.getOrDefault(passThrough.prefix(), Map.of());
  }

  /** Whether a file or the environment sets it, to something that can be used. */
  public boolean isSet(Key key) {
    return set.contains(key.key()) && values.containsKey(key.key());
  }

  /** The names that a file or the environment set. */
  public Set<String> namesSet() {
    return new TreeSet<>(set);
  }

  private <T> T value(Key key, Class<T> type) {
    @Nullable Object value = values.get(key.key());
    if (value == null) {
      throw new IllegalStateException(key.key() + " has no value and no default");
    }
    return type.cast(value);
  }

  @Override
  public String toString() {
    return "Settings" + set;
  }
}
