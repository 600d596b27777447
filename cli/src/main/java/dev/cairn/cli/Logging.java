package dev.cairn.cli;

import java.util.Map;
import java.util.Set;

/**
 * How much is logged, before the first logger exists. Everything goes to standard error. A property
 * that is set already, on the command line, wins.
 */
final class Logging {
  private static final String LEVEL = "org.slf4j.simpleLogger.log.";
  private static final Set<String> SERVICES = Set.of("compactor", "recovery");

  private Logging() {}

  static void configure(String[] arguments) {
    String command = arguments.length > 0 ? arguments[0] : "";
    Map<String, String> levels =
        SERVICES.contains(command)
            ? Map.of("dev.cairn", "info", "org.apache.kafka", "warn")
            : Map.of(
                // What matters of these reaches the person as a failure in words.
                "dev.cairn", command.equals("local") ? "warn" : "error",
                "org.apache.kafka", "error",
                "org.apache.kafka.clients", "off",
                "org.apache.kafka.streams", "off",
                "kafka", "error",
                "org.gaul", "error",
                "org.eclipse.jetty", "error",
                "io.javalin", "error");
    levels.forEach((name, level) -> {
      if (System.getProperty(LEVEL + name) == null) {
        System.setProperty(LEVEL + name, level);
      }
    });
  }
}
