package dev.cairn.e2e.docker;

import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.Ports;
import dev.cairn.e2e.support.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a compose file describes, without containers: the same commands with the same configuration
 * files, environments and volumes in the same order, each as a process on loopback. Its health
 * checks are the compose file's own.
 *
 * <p>Replaced are only what containers bring: host names and ports (here loopback and free ports),
 * paths (here a directory for each service, in which its volumes are linked), the images' programs
 * (here the class path and {@link Tools}). Not covered: images, users, limits, the network.
 */
final class ComposeStack implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String PUBLISHED = "published";
  private static final String VARIABLE = "\\$\\{([A-Z0-9_]+)(?::-([^}]*))?}";

  private final Compose compose;
  private final Path directory;
  private final Path bin;
  private final Map<String, Integer> ports = new HashMap<>();
  private final Deque<Integer> free;
  private final Map<String, Process> running = new LinkedHashMap<>();
  private final Set<String> done = new HashSet<>();

  private ComposeStack(Compose compose, Path directory, Path bin, Deque<Integer> free) {
    this.compose = compose;
    this.directory = directory;
    this.bin = bin;
    this.free = free;
  }

  /** Prepares; starts nothing yet. */
  static ComposeStack of(Path composeFile, Path directory) throws IOException {
    Compose compose = Compose.read(composeFile);
    Path bin = Files.createDirectories(directory.resolve("bin"));
    for (String tool : List.of("minio", "mc")) {
      Files.createSymbolicLink(bin.resolve(tool), Tools.program(tool));
    }
    return new ComposeStack(compose, directory, bin, new ArrayDeque<>(Ports.free(60)));
  }

  /** Starts these services and all that they depend on, in the order that the file says. */
  void up(String... services) throws Exception {
    for (String service : services) {
      require(service, new ArrayList<>());
    }
  }

  private void require(String service, List<String> path) throws Exception {
    if (done.contains(service)) {
      return;
    }
    if (path.contains(service)) {
      throw new AssertionError("a circle: " + path);
    }
    path.add(service);
    Compose.Service description = compose.service(service);
    // Side by side, as compose does it: a broker is healthy only when others are there.
    for (String each : description.dependsOn().keySet()) {
      require(each, path);
    }
    for (Map.Entry<String, String> each : description.dependsOn().entrySet()) {
      switch (each.getValue()) {
        case "service_healthy" -> awaitHealthy(each.getKey());
        case "service_completed_successfully" -> awaitCompleted(each.getKey());
        default -> throw new AssertionError(service + " waits for " + each);
      }
    }
    path.remove(service);
    start(service);
    done.add(service);
  }

  /** Starts one service, whatever it depends on. */
  void start(String name) throws IOException {
    Compose.Service service = compose.service(name);
    Path root = root(name, service);
    List<String> command = new ArrayList<>();
    Map<String, String> environment = new TreeMap<>();
    service.environment().forEach((key, value) -> environment.put(key, local(name, root, value)));
    if (service.image().startsWith("apicurio/")) {
      registry(name, command, environment);
    } else {
      for (String word : service.commandLine()) {
        command.add(local(name, root, word));
      }
      if (command.getFirst().equals("java")) {
        withLocalJava(command);
      } else {
        command.set(0, command.getFirst().equals("sh") ? "/bin/sh" : tool(command.getFirst()));
      }
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
    builder.environment().keySet().removeIf(key -> key.startsWith("CAIRN_"));
    builder.environment().putAll(environment);
    builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
    builder.environment().put("HOME", root.toString());
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
    running.put(name, builder.start());
  }

  private String tool(String program) {
    return bin.resolve(program).toString();
  }

  /** {@code java options -cp containers' main arguments}, with this machine's Java and classes. */
  private static void withLocalJava(List<String> command) {
    int classPath = command.indexOf("-cp");
    List<String> local =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED"));
    if (Runtime.version().feature() >= 23) {
      local.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.subList(1, classPath).stream()
        .filter(option -> option.startsWith("-D") || option.startsWith("-XX:+"))
        .forEach(local::add);
    local.add("-cp");
    local.add(System.getProperty("java.class.path"));
    local.addAll(command.subList(classPath + 2, command.size()));
    command.clear();
    command.addAll(local);
  }

  private void registry(String name, List<String> command, Map<String, String> environment) {
    Path jar = Tools.installed("apicurio/quarkus-run.jar");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Xmx512m");
    Optional.ofNullable(environment.remove("JAVA_OPTS_APPEND"))
        .ifPresent(options -> command.addAll(List.of(options.split(" ", -1))));
    command.add("-Dquarkus.http.host=" + LOOPBACK);
    command.add("-Dquarkus.http.port=" + port(name, 8080));
    command.add("-Dquarkus.management.port=" + port(name, 9000));
    command.add("-jar");
    command.add(jar.toString());
  }

  /** A directory that looks as the container's root does, as far as volumes go. */
  private Path root(String name, Compose.Service service) throws IOException {
    Path root = directory.resolve("root").resolve(name);
    Files.createDirectories(root.resolve("tmp"));
    for (Map.Entry<String, String> volume : service.volumes().entrySet()) {
      Path target = root.resolve(volume.getKey().substring(1));
      Files.createDirectories(target.getParent());
      if (Files.exists(target)) {
        continue;
      }
      if (volume.getValue().startsWith("./")) {
        copy(name, root, compose.directory().resolve(volume.getValue()).normalize(), target);
      } else {
        Path data = directory.resolve("volumes").resolve(volume.getValue());
        Files.createDirectories(data);
        Files.createSymbolicLink(target, data);
      }
    }
    return root;
  }

  private void copy(String name, Path root, Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, local(name, root, Files.readString(file)));
      }
    }
  }

  /** A text of the compose file or of a configuration file, with this machine's names. */
  private String local(String name, Path root, String text) {
    String result = variables(text);
    result =
        replace(
            "(?<![\\w./}])/(etc/cairn|run/cairn|var/lib|tmp/)",
            result,
            match -> root + "/" + match.group(1));
    result =
        replace(
            "\\b(" + String.join("|", compose.names()) + "|" + PUBLISHED + "):(\\d{4,5})\\b",
            result,
            match -> {
              int number = Integer.parseInt(match.group(2));
              return LOOPBACK
                  + ":"
                  + (match.group(1).equals(PUBLISHED)
                      ? published(number)
                      : port(match.group(1), number));
            });
    result =
        replace(
            "(://|^):(\\d{4,5})\\b",
            result,
            match ->
                match.group(1) + LOOPBACK + ":" + port(name, Integer.parseInt(match.group(2))));
    result =
        replace(
            "((?:service|metrics)\\.port=)(\\d+)",
            result,
            match -> match.group(1) + port(name, Integer.parseInt(match.group(2))));
    return result.replace("0.0.0.0", LOOPBACK);
  }

  private static String variables(String text) {
    return replace(
        VARIABLE,
        text,
        match ->
            switch (match.group(1)) {
              case "CAIRN_HOST" -> PUBLISHED;
              default -> Optional.ofNullable(match.group(2)).orElse("");
            });
  }

  private interface Replacement {
    String of(MatchResult match);
  }

  private static String replace(String pattern, String text, Replacement replacement) {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(replacement.of(match)));
  }

  /** Where a service's port is on this machine. */
  int port(String service, int number) {
    return ports.computeIfAbsent(service + ":" + number, each -> free.removeFirst());
  }

  private int published(int number) {
    for (String name : compose.names()) {
      for (String each : compose.service(name).ports()) {
        String[] parts = variables(each).split(":", -1);
        if (parts[parts.length - 2].equals(Integer.toString(number))) {
          return port(name, Integer.parseInt(parts[parts.length - 1]));
        }
      }
    }
    throw new AssertionError("nobody publishes " + number);
  }

  /** Waits until a service that runs once has done so. */
  void awaitCompleted(String name) throws Exception {
    Process process = process(name);
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(name + " does not end:\n" + said(name));
    }
    if (process.exitValue() != 0) {
      throw new AssertionError(name + " ended with " + process.exitValue() + ":\n" + said(name));
    }
  }

  /** Waits until the service's own health check passes. */
  void awaitHealthy(String name) throws Exception {
    Path root = directory.resolve("root").resolve(name);
    List<String> check = new ArrayList<>();
    for (String word : compose.service(name).healthCheck()) {
      check.add(
          replace(
              "127\\.0\\.0\\.1([:/])(\\d{4,5})",
              local(name, root, word),
              match -> LOOPBACK + match.group(1) + port(name, Integer.parseInt(match.group(2)))));
    }
    if (!check.removeFirst().equals("CMD")) {
      throw new AssertionError(name + " has a health check through a shell that it may lack");
    }
    Await.until(
        name + " is healthy",
        LIMIT,
        () -> {
          if (!process(name).isAlive()) {
            throw new AssertionError(name + " ended:\n" + said(name));
          }
          ProcessBuilder builder = new ProcessBuilder(check).redirectErrorStream(true);
          builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
          builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
          Process probe = builder.start();
          if (!probe.waitFor(60, TimeUnit.SECONDS)) {
            probe.destroyForcibly().waitFor();
            return false;
          }
          return probe.exitValue() == 0;
        });
  }

  private Process process(String name) {
    return Optional.ofNullable(running.get(name)).orElseThrow();
  }

  /** The configuration file of a service, as it was given to it. */
  Path file(String service, String containerPath) {
    return directory.resolve("root").resolve(service).resolve(containerPath.substring(1));
  }

  private Path log(String name) throws IOException {
    return Files.createDirectories(directory.resolve("logs")).resolve(name + ".log");
  }

  /** What a service has said so far. */
  String said(String name) throws IOException {
    return Files.readString(log(name), StandardCharsets.UTF_8);
  }

  /** Sends SIGKILL and waits until it is gone. */
  void kill(String name) throws InterruptedException {
    process(name).destroyForcibly().waitFor();
  }

  /** SIGTERM, as {@code docker stop} does it; the exit code. */
  int stop(String name) throws InterruptedException {
    Process process = process(name);
    process.destroy();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(name + " does not stop");
    }
    return process.exitValue();
  }

  /** Starts a service again that was stopped or killed, with what its volumes hold. */
  void startAgain(String name) throws Exception {
    start(name);
    awaitHealthy(name);
  }

  @Override
  public void close() {
    List<String> names = new ArrayList<>(running.keySet());
    for (int i = names.size() - 1; i >= 0; i--) {
      Process process = running.get(names.get(i));
      if (process != null) {
        process.destroy();
      }
    }
    for (Process process : running.values()) {
      try {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What everybody on this machine could read, and what an operator reads. */
  List<String> commandLinesAndLogs() throws IOException {
    List<String> all = new ArrayList<>();
    for (Map.Entry<String, Process> each : running.entrySet()) {
      each.getValue().info().commandLine().ifPresent(all::add);
      all.add(said(each.getKey()));
    }
    return all;
  }
}
