package dev.cairn.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/**
 * All that a program can be told, and how it is read: from a file, and over it from environment
 * variables. Everything is checked before anything is used, and every error is named at once.
 *
 * <p>An option {@code a.b} is overridden by the variable {@code PREFIX_A_B}, or by the content of
 * the file that {@code PREFIX_A_B_FILE} names. Values in the file may hold references in Kafka's
 * syntax, see {@link References}.
 */
public final class Definition {
  private final Environment environment;
  private final List<Key> keys;
  private final List<PassThrough> passThroughs;
  private final List<Rule> rules;
  private final ConfigDef definition = new ConfigDef();

  /** What values must have to do with one another. */
  @FunctionalInterface
  public interface Rule {
    /**
     * What is wrong. Some values may be absent, because they are wrong by themselves: ask {@link
     * Settings#isSet} first.
     */
    Optional<String> problem(Settings settings);
  }

  /**
   * @param environment how options are named in the environment
   * @param keys every option, in the order of the reference
   * @param passThroughs what is handed on to Kafka's clients
   * @param rules what is checked over several options
   */
  public Definition(
      Environment environment,
      List<? extends Key> keys,
      List<PassThrough> passThroughs,
      List<Rule> rules) {
    this.environment = environment;
    this.keys = List.copyOf(keys);
    this.passThroughs = List.copyOf(passThroughs);
    this.rules = List.copyOf(rules);
    int order = 0;
    for (Key key : keys) {
      key.option().define(definition, order++);
    }
  }

  /**
   * Reads a file and what the environment sets over it.
   *
   * @throws IOException if the file cannot be read
   * @throws InvalidConfigException names all that is wrong
   */
  public Settings load(Path file, Map<String, String> variables)
      throws IOException, InvalidConfigException {
    List<String> errors = new ArrayList<>();
    Properties properties = new NoticingRepeats(errors);
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(file.toString(), List.of("not a properties file"));
    }
    return read(file.toString(), properties, variables, errors);
  }

  /** Reads properties, which {@code source} names in errors, and what the environment sets. */
  public Settings read(String source, Properties properties, Map<String, String> variables)
      throws InvalidConfigException {
    return read(source, properties, variables, new ArrayList<>());
  }

  private Settings read(
      String source, Properties properties, Map<String, String> variables, List<String> errors)
      throws InvalidConfigException {
    Map<String, String> texts = new TreeMap<>();
    try (References references = new References(variables)) {
      for (String name : properties.stringPropertyNames()) {
        texts.put(name, references.resolve(name, properties.getProperty(name).strip(), errors));
      }
    }
    Map<String, String> fromEnvironment = environment.read(this, variables, errors);
    texts.putAll(fromEnvironment);
    Settings settings = parse(texts, errors);
    if (!errors.isEmpty()) {
      throw new InvalidConfigException(
          fromEnvironment.isEmpty() ? source : source + ", with the environment over it,", errors);
    }
    return settings;
  }

  private Settings parse(Map<String, String> texts, List<String> errors) {
    Map<String, Map<String, String>> handedOn = new TreeMap<>();
    Map<String, String> own = new TreeMap<>();
    texts.forEach((name, value) -> {
      Optional<PassThrough> passThrough = passThrough(name);
      if (definition.configKeys().containsKey(name)) {
        own.put(name, value);
      } else if (passThrough.isPresent()) {
        String prefix = passThrough.get().prefix();
        String inner = name.substring(prefix.length());
        passThrough.get().problem(name, inner, value).ifPresent(errors::add);
        handedOn.computeIfAbsent(prefix, each -> new TreeMap<>()).put(inner, value);
      } else {
        errors.add(
            "unknown key "
                + name
                + Nearest.to(name, names()).map(near -> "; did you mean " + near + "?").orElse(""));
      }
    });
    Map<String, Object> values = new TreeMap<>();
    for (Key key : keys) {
      Option option = key.option();
      if (option.isRequired() && own.getOrDefault(option.name(), "").isEmpty()) {
        errors.add(option.name() + " is missing: " + option.documentation());
        own.remove(option.name());
      }
    }
    for (ConfigValue value : definition.validate(own)) {
      Option option = option(value.name()).orElseThrow();
      if (!(option.isRequired() && !own.containsKey(value.name()))) {
        errors.addAll(value.errorMessages());
      }
      if (value.value() != null) {
        values.put(value.name(), value.value());
      }
    }
    Settings settings = new Settings(values, handedOn, texts.keySet());
    rules.forEach(rule -> rule.problem(settings).ifPresent(errors::add));
    return settings;
  }

  /** Every option, in the order of the reference. */
  public List<Key> keys() {
    return keys;
  }

  public List<PassThrough> passThroughs() {
    return passThroughs;
  }

  public Environment environment() {
    return environment;
  }

  Optional<Option> option(String name) {
    return keys.stream().map(Key::option).filter(each -> each.name().equals(name)).findFirst();
  }

  Optional<PassThrough> passThrough(String name) {
    return passThroughs.stream()
        .filter(each -> name.startsWith(each.prefix()) && name.length() > each.prefix().length())
        .findFirst();
  }

  List<String> names() {
    return keys.stream().map(Key::key).toList();
  }

  /** The second value of a key would silently win. */
  private static final class NoticingRepeats extends Properties {
    private final transient List<String> errors;

    NoticingRepeats(List<String> errors) {
      this.errors = errors;
    }

    @Override
    public synchronized Object put(Object key, Object value) {
      if (containsKey(key)) {
        errors.add(key + " is set twice");
      }
      return super.put(key, value);
    }
  }
}
