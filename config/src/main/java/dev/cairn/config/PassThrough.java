package dev.cairn.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Options of a Kafka client that are handed on under a prefix: {@code producer.linger.ms}. What our
 * guarantees rest on is refused, with the reason.
 *
 * @param prefix with its dot
 * @param definition what the client knows; where it is absent somebody else checks the names
 * @param fixed names that may not be set, each with the reason
 * @param nested prefixes inside this one, each checked by the rules of another
 * @param meaning one sentence for people
 */
public record PassThrough(
    String prefix,
    Optional<ConfigDef> definition,
    Map<String, String> fixed,
    Map<String, PassThrough> nested,
    String meaning) {
  public PassThrough {
    fixed = Map.copyOf(fixed);
    nested = Map.copyOf(nested);
  }

  /** The same with a definition of what the client knows. */
  public PassThrough knowing(ConfigDef known) {
    return new PassThrough(prefix, Optional.of(known), fixed, nested, meaning);
  }

  /**
   * What is wrong with an option; never shows a secret.
   *
   * @param shown its full name, for the message
   * @param name its name without the prefix
   */
  public Optional<String> problem(String shown, String name, String value) {
    for (Map.Entry<String, PassThrough> inner : nested.entrySet()) {
      if (name.startsWith(inner.getKey())) {
        return inner.getValue().problem(shown, name.substring(inner.getKey().length()), value);
      }
    }
    String reason = fixed.get(name);
    if (reason != null) {
      return Optional.of(shown + " cannot be set: " + reason);
    }
    if (definition.isEmpty()) {
      return Optional.empty();
    }
    ConfigDef.ConfigKey key = definition.get().configKeys().get(name);
    if (key == null) {
      return Optional.of(
          "unknown key "
              + shown
              + Nearest.to(name, allowed())
                  .map(near -> shown.substring(0, shown.length() - name.length()) + near)
                  .map(near -> "; did you mean " + near + "?")
                  .orElse(": Kafka's client has no " + name));
    }
    try {
      Object parsed = ConfigDef.parseType(shown, value, key.type);
      if (key.validator != null) {
        key.validator.ensureValid(shown, parsed);
      }
      return Optional.empty();
    } catch (ConfigException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private Set<String> allowed() {
    List<String> names = new ArrayList<>(definition.map(ConfigDef::names).orElse(Set.of()));
    names.removeAll(fixed.keySet());
    return Set.copyOf(names);
  }
}
