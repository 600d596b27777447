package dev.cairn.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How options are named in the environment: a prefix, then the name in capitals with underscores.
 *
 * <p>A variable that begins with the prefix and is no option is refused where it looks like a
 * misspelt one, and otherwise named in a warning: clusters put variables of their own there.
 *
 * @param prefix with its underscore
 * @param others variables that begin with the prefix and belong to something else: names, or
 *     beginnings that end with an underscore
 */
public record Environment(String prefix, Set<String> others) {
  private static final Logger LOG = LoggerFactory.getLogger(Environment.class);
  private static final String FROM_FILE = "_FILE";
  private static final int MAX_BYTES = 64 * 1024;

  public Environment {
    others = Set.copyOf(others);
  }

  /** The variable that overrides an option. */
  public String variable(String name) {
    return prefix + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  Map<String, String> read(
      Definition definition, Map<String, String> variables, List<String> errors) {
    Map<String, String> names = new HashMap<>();
    for (String name : definition.names()) {
      names.put(variable(name), name);
    }
    Map<String, String> found = new TreeMap<>();
    new TreeMap<>(variables)
        .forEach((variable, value) -> {
          if (!variable.startsWith(prefix) || isOthers(variable)) {
            return;
          }
          Optional<String> direct = option(definition, names, variable);
          if (direct.isPresent()) {
            put(found, direct.get(), value.strip(), variable, errors);
            return;
          }
          Optional<String> byFile =
              variable.endsWith(FROM_FILE)
                  ? option(
                      definition,
                      names,
                      variable.substring(0, variable.length() - FROM_FILE.length()))
                  : Optional.empty();
          if (byFile.isPresent()) {
            content(variable, value, errors)
                .ifPresent(text -> put(found, byFile.get(), text, variable, errors));
            return;
          }
          Nearest.to(variable, names.keySet())
              .ifPresentOrElse(
                  near ->
                      errors.add("unknown variable " + variable + "; did you mean " + near + "?"),
                  () -> LOG.warn("the variable {} is no option and is not read", variable));
        });
    return found;
  }

  private static void put(
      Map<String, String> found, String name, String value, String variable, List<String> errors) {
    if (found.putIfAbsent(name, value) != null) {
      errors.add(variable + " sets " + name + ", which another variable sets, too");
    }
  }

  private Optional<String> option(
      Definition definition, Map<String, String> names, String variable) {
    String known = names.get(variable);
    if (known != null) {
      return Optional.of(known);
    }
    // Names of Kafka's clients hold no underscore, so that each stands for a dot.
    String name = variable.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '.');
    return definition.passThrough(name).map(each -> name).filter(each -> !isByFile(each));
  }

  private static boolean isByFile(String name) {
    return name.endsWith(".file");
  }

  private boolean isOthers(String variable) {
    return others.stream()
        .anyMatch(each -> each.endsWith("_") ? variable.startsWith(each) : variable.equals(each));
  }

  private static Optional<String> content(String variable, String file, List<String> errors) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        errors.add(variable + " names " + file + ", which holds more than " + MAX_BYTES + " bytes");
        return Optional.empty();
      }
      return Optional.of(new String(bytes, StandardCharsets.UTF_8).strip());
    } catch (IOException | InvalidPathException e) {
      errors.add(variable + " names " + file + ", which cannot be read");
      return Optional.empty();
    }
  }
}
