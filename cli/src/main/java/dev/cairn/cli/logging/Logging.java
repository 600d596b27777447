package dev.cairn.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much is logged, and in which form, before a command begins. {@code --log-format} and {@code
 * CAIRN_LOG_FORMAT} say {@code text} or {@code json}; {@code CAIRN_LOG_LEVEL} is Cairn's own level.
 * The command line wins.
 */
public final class Logging {
  /** The option, which every command has. */
  public static final String FORMAT_OPTION = "--log-format";

  private static final String FORMAT_VARIABLE = "CAIRN_LOG_FORMAT";
  private static final String LEVEL_VARIABLE = "CAIRN_LOG_LEVEL";
  private static final String OURS = "dev.cairn";
  private static final Set<String> SERVICES = Set.of("compactor", "recovery");
  private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug", "trace");

  private Logging() {}

  /** Sets it up for one command. What is not understood is said, and leaves things as they are. */
  public static void configure(String[] arguments, Map<String, String> environment) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      // Somebody runs this with another backend: it is theirs to set up.
      return;
    }
    Map<String, String> levels = new HashMap<>(levels(arguments));
    Optional.ofNullable(environment.get(LEVEL_VARIABLE))
        .map(level -> level.toLowerCase(Locale.ROOT))
        .filter(LEVELS::contains)
        .ifPresent(level -> levels.put(OURS, level));
    levels.forEach((name, level) -> context.getLogger(name).setLevel(Level.toLevel(level)));
    Optional<String> wanted =
        format(arguments).or(() -> Optional.ofNullable(environment.get(FORMAT_VARIABLE)));
    if (wanted.isPresent()) {
      Optional<LogFormat> known = LogFormat.of(wanted.get());
      known.ifPresent(format -> LogSetup.use(context, format));
      if (known.isEmpty()) {
        Logger log = LoggerFactory.getLogger(Logging.class);
        log.error("{} and {} know text and json; lines are text", FORMAT_OPTION, FORMAT_VARIABLE);
      }
    }
  }

  private static Optional<String> format(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].startsWith(FORMAT_OPTION + "=")) {
        return Optional.of(arguments[i].substring(FORMAT_OPTION.length() + 1));
      }
      if (arguments[i].equals(FORMAT_OPTION) && i + 1 < arguments.length) {
        return Optional.of(arguments[i + 1]);
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> levels(String[] arguments) {
    String command = arguments.length > 0 ? arguments[0] : "";
    if (SERVICES.contains(command) || isKeyserverProcess(arguments)) {
      return Map.of(OURS, "info", "org.apache.kafka", "warn");
    }
    // What matters of these reaches the person as a failure in words.
    return Map.of(
        OURS,
        command.equals("local") ? "warn" : "error",
        "org.apache.kafka",
        "error",
        "org.apache.kafka.clients",
        "off",
        "org.apache.kafka.streams",
        "off",
        "kafka",
        "error",
        "org.gaul",
        "error",
        "org.eclipse.jetty",
        "error",
        "io.javalin",
        "error");
  }

  private static boolean isKeyserverProcess(String[] arguments) {
    return arguments.length > 1 && arguments[0].equals("keyserver") && arguments[1].equals("run");
  }
}
