package dev.cairn.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Formats the storage of a new KRaft node, with the SCRAM users that it must know before anybody
 * can log in to add some.
 *
 * <pre>FormatStorage server.properties CLUSTER-ID-FILE [USER=PASSWORD-FILE ...]</pre>
 *
 * <p>{@code kafka-storage.sh} takes these passwords from its command line, which every user of the
 * machine can read; this takes them from files. A node that is formatted is left as it is, so this
 * may run before each start. A kill in the middle leaves nothing that looks formatted.
 */
public final class FormatStorage {
  private static final String FORMATTED = "meta.properties";

  private FormatStorage() {}

  /** Ends with 0 when the node is formatted, with 2 when it cannot be told what to do. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 2) {
      System.err.println(
          "usage: FormatStorage server.properties CLUSTER-ID-FILE [USER=PASSWORD-FILE ...]");
      System.exit(2);
      return;
    }
    List<String> users = new ArrayList<>();
    for (int i = 2; i < arguments.length; i++) {
      users.add(user(arguments[i]));
    }
    System.out.println(format(Path.of(arguments[0]), secret(Path.of(arguments[1])), users));
  }

  private static String user(String argument) throws IOException {
    int equals = argument.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("'" + argument + "' is not USER=PASSWORD-FILE");
    }
    String password = secret(Path.of(argument.substring(equals + 1)));
    return "SCRAM-SHA-256=[name=" + argument.substring(0, equals) + ",password=" + password + "]";
  }

  private static String secret(Path file) throws IOException {
    String secret = Files.readString(file).strip();
    // Kafka's grammar for these has no way to quote.
    if (!secret.matches("[A-Za-z0-9_-]{16,}")) {
      throw new IllegalArgumentException(
          file + " does not hold 16 or more of A-Z, a-z, 0-9, '_' and '-'; nothing was formatted");
    }
    return secret;
  }

  private static String format(Path serverProperties, String clusterId, List<String> users)
      throws Exception {
    Properties written = new Properties();
    try (Reader reader = Files.newBufferedReader(serverProperties, StandardCharsets.UTF_8)) {
      written.load(reader);
    }
    // As the server will: with Kafka's own providers for references to variables and files.
    Map<String, Object> server = new AbstractConfig(new ConfigDef(), written, false).originals();
    Path directory = Path.of(required(server, "log.dirs")).toAbsolutePath();
    Path meta = directory.resolve(FORMATTED);
    if (Files.exists(meta)) {
      Properties is = new Properties();
      try (Reader reader = Files.newBufferedReader(meta, StandardCharsets.UTF_8)) {
        is.load(reader);
      }
      if (!clusterId.equals(is.getProperty("cluster.id"))) {
        throw new IllegalStateException(
            directory
                + " belongs to cluster "
                + is.getProperty("cluster.id")
                + ", not to "
                + clusterId
                + "; it was left as it is. Mount the right volume, or give its own cluster id.");
      }
      return directory + " is formatted";
    }
    Path fresh = directory.resolveSibling(directory.getFileName() + ".new");
    deleteTree(fresh);
    Files.createDirectories(fresh);
    new Formatter()
        .setNodeId(Integer.parseInt(required(server, "node.id")))
        .setClusterId(clusterId)
        .setDirectories(List.of(fresh.toString()))
        .setMetadataLogDirectory(fresh.toString())
        .setControllerListenerName(required(server, "controller.listener.names"))
        .setPrintStream(
            new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setScramArguments(users)
        .run();
    Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
    return directory + " is formatted for cluster " + clusterId;
  }

  private static String required(Map<String, Object> server, String key) {
    if (server.get(key) instanceof String value && !value.isBlank() && !value.contains(",")) {
      return value.strip();
    }
    throw new IllegalArgumentException("exactly one " + key + " is needed");
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> found = Files.walk(root)) {
      for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
