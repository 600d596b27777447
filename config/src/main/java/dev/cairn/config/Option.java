package dev.cairn.config;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * One option: name, group, type, default, valid values, importance and meaning. Immutable; made by
 * a chain that ends with {@link #high}, {@link #medium} or {@link #low}.
 *
 * <p>Without {@link #required()} or a default it may be left out; text is then empty.
 */
public final class Option {
  private final String name;
  private final ConfigDef.Type type;
  private final String group;
  private final boolean required;
  private final @Nullable Object defaultValue;
  private final Optional<ConfigDef.Validator> validator;
  private final Importance importance;
  private final String documentation;

  private Option(
      String name,
      ConfigDef.Type type,
      String group,
      boolean required,
      @Nullable Object defaultValue,
      Optional<ConfigDef.Validator> validator,
      Importance importance,
      String documentation) {
    this.name = name;
    this.type = type;
    this.group = group;
    this.required = required;
    this.defaultValue = defaultValue;
    this.validator = validator;
    this.importance = importance;
    this.documentation = documentation;
  }

  private static Option of(String name, ConfigDef.Type type, @Nullable Object unset) {
    return new Option(name, type, "", false, unset, Optional.empty(), Importance.MEDIUM, "");
  }

  public static Option text(String name) {
    return of(name, ConfigDef.Type.STRING, "");
  }

  /** Text that is never shown. */
  public static Option secret(String name) {
    return of(name, ConfigDef.Type.PASSWORD, null);
  }

  /** A whole number of 32 bits; it needs a default or must be required. */
  public static Option integer(String name) {
    return of(name, ConfigDef.Type.INT, null);
  }

  /** A whole number of 64 bits; without a default and not required it may be absent. */
  public static Option number(String name) {
    return of(name, ConfigDef.Type.LONG, null);
  }

  /** A number with a fraction; it needs a default or must be required. */
  public static Option real(String name) {
    return of(name, ConfigDef.Type.DOUBLE, null);
  }

  /** true or false; it needs a default or must be required. */
  public static Option flag(String name) {
    return of(name, ConfigDef.Type.BOOLEAN, null);
  }

  /** Values separated by commas. */
  public static Option list(String name) {
    return of(name, ConfigDef.Type.LIST, List.of());
  }

  /** Under which heading it is documented. */
  public Option in(String newGroup) {
    return new Option(
        name, type, newGroup, required, defaultValue, validator, importance, documentation);
  }

  /** It must be set, and not to nothing. */
  public Option required() {
    return new Option(name, type, group, true, null, validator, importance, documentation);
  }

  public Option defaultsTo(Object value) {
    return new Option(name, type, group, false, value, validator, importance, documentation);
  }

  /** Both ends are allowed. */
  public Option between(Number least, Number most) {
    return valid(ConfigDef.Range.between(least, most));
  }

  public Option atLeast(Number least) {
    return valid(ConfigDef.Range.atLeast(least));
  }

  public Option oneOf(String... values) {
    return valid(ConfigDef.ValidString.in(values));
  }

  /** The text, or each value of a list, matches; {@code what} says so in words. */
  public Option matching(String regex, String what) {
    Predicate<String> matches = Pattern.compile(regex).asMatchPredicate();
    return valid(
        ConfigDef.LambdaValidator.with(
            (option, value) -> {
              List<?> values = value instanceof List<?> list ? list : List.of(value);
              if (values.isEmpty()) {
                throw new ConfigException(option, value, "must hold " + what);
              }
              for (Object each : values) {
                if (!matches.test(String.valueOf(each))) {
                  throw new ConfigException(option, each, "not " + what);
                }
              }
            },
            () -> what));
  }

  /** Any other rule; its {@code toString} says it in words. */
  public Option valid(ConfigDef.Validator rule) {
    return new Option(
        name, type, group, required, defaultValue, Optional.of(rule), importance, documentation);
  }

  /** Most installations set it. */
  public Option high(String meaning) {
    return documented(Importance.HIGH, meaning);
  }

  /** Some installations set it. */
  public Option medium(String meaning) {
    return documented(Importance.MEDIUM, meaning);
  }

  /** Hardly anybody sets it. */
  public Option low(String meaning) {
    return documented(Importance.LOW, meaning);
  }

  private Option documented(Importance newImportance, String meaning) {
    return new Option(name, type, group, required, defaultValue, validator, newImportance, meaning);
  }

  public String name() {
    return name;
  }

  public String group() {
    return group;
  }

  public ConfigDef.Type type() {
    return type;
  }

  public boolean isRequired() {
    return required;
  }

  public boolean isSecret() {
    return type == ConfigDef.Type.PASSWORD;
  }

  public Importance importance() {
    return importance;
  }

  /** One sentence for people. */
  public String documentation() {
    return documentation;
  }

  /** The default as it would stand in a file; empty where there is none. */
  public String defaultText() {
    return defaultValue instanceof List<?> list
        ? String.join(",", list.stream().map(String::valueOf).toList())
        : defaultValue == null ? "" : String.valueOf(defaultValue);
  }

  /** What may be said, in words; empty where anything of the type may. */
  public String validText() {
    return validator.map(Object::toString).orElse("");
  }

  void define(ConfigDef definition, int order) {
    definition.define(
        name,
        type,
        required ? ConfigDef.NO_DEFAULT_VALUE : defaultValue,
        validator
            .<ConfigDef.Validator>map(rule ->
                (option, value) -> {
                  // No value: what was said is none of the type, and that is an error already.
                  if (value != null && (required || !Objects.equals(value, defaultValue))) {
                    rule.ensureValid(option, value);
                  }
                })
            .orElse(null),
        importance,
        documentation,
        group,
        order,
        ConfigDef.Width.MEDIUM,
        name);
  }
}
