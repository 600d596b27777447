package dev.cairn.e2e.docker;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A compose file, and the Dockerfile that its images are built from, as far as tests need them. */
final class Compose {
  /**
   * One service.
   *
   * @param image its name
   * @param commandLine entry point and command, from the file or from the Dockerfile
   * @param volumes container path to volume or host path
   * @param dependsOn service to condition
   */
  record Service(
      String image,
      List<String> commandLine,
      Map<String, String> environment,
      Map<String, String> volumes,
      Map<String, String> dependsOn,
      List<String> healthCheck,
      List<String> ports,
      boolean readOnly,
      String user,
      String restart,
      String memory) {}

  private final Path directory;
  private final Map<String, Service> services;

  private Compose(Path directory, Map<String, Service> services) {
    this.directory = directory;
    this.services = services;
  }

  static Compose read(Path file) throws IOException {
    Path directory = file.resolveSibling("").toAbsolutePath().normalize();
    Map<?, ?> content;
    try (Reader reader = Files.newBufferedReader(file)) {
      content = map(new Yaml(new SafeConstructor(new LoaderOptions())).load(reader));
    }
    Map<String, Service> services = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map(content.get("services")).entrySet()) {
      services.put(text(entry.getKey()), service(directory, map(entry.getValue())));
    }
    return new Compose(directory, services);
  }

  private static Service service(Path directory, Map<?, ?> from) throws IOException {
    List<String> entryPoint = texts(from.get("entrypoint"));
    List<String> command = texts(from.get("command"));
    if (from.get("build") != null) {
      Map<?, ?> build = map(from.get("build"));
      Path context = directory.resolve(text(build.get("context"))).normalize();
      Dockerfile dockerfile = Dockerfile.read(context.resolve(text(build.get("dockerfile"))));
      String target = text(build.get("target"));
      if (entryPoint.isEmpty()) {
        entryPoint = dockerfile.entryPoint(target);
      }
    }
    List<String> commandLine = new ArrayList<>(entryPoint);
    commandLine.addAll(command);
    Map<String, String> volumes = new LinkedHashMap<>();
    for (String volume : texts(from.get("volumes"))) {
      List<String> parts = List.of(volume.split(":", -1));
      volumes.put(parts.get(1), parts.get(0));
    }
    Map<String, String> dependsOn = new LinkedHashMap<>();
    map(from.get("depends_on"))
        .forEach((name, how) -> dependsOn.put(text(name), text(map(how).get("condition"))));
    Map<String, String> environment = new LinkedHashMap<>();
    map(from.get("environment")).forEach((key, value) -> environment.put(text(key), text(value)));
    return new Service(
        text(from.get("image")),
        commandLine,
        environment,
        volumes,
        dependsOn,
        texts(map(from.get("healthcheck")).get("test")),
        texts(from.get("ports")),
        Boolean.TRUE.equals(from.get("read_only")),
        text(from.get("user")),
        text(from.get("restart")),
        text(map(map(map(from.get("deploy")).get("resources")).get("limits")).get("memory")));
  }

  Path directory() {
    return directory;
  }

  Set<String> names() {
    return services.keySet();
  }

  Service service(String name) {
    return Optional.ofNullable(services.get(name))
        .orElseThrow(() -> new AssertionError("no service " + name));
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static List<String> texts(@Nullable Object value) {
    return value instanceof List<?> list
        ? list.stream().map(each -> text(each)).toList()
        : List.of();
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
