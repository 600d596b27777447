package dev.cairn.bench.recover;

import dev.cairn.provider.store.S3Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** restic, where it is installed, on the same storage. */
final class Restic {
  private final S3Location location;
  private final Path work;
  private final Path password;
  private final Path program;

  private Restic(S3Location location, Path work, Path password, Path program) {
    this.location = location;
    this.work = work;
    this.password = password;
    this.program = program;
  }

  /** Empty where it is not installed. */
  static Optional<Restic> find(S3Location location, Path work) throws IOException {
    Path password = work.resolve("restic.password");
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      Path program = Path.of(directory, "restic");
      if (Files.isExecutable(program)) {
        Files.writeString(password, "correct horse battery staple walnut\n");
        return Optional.of(new Restic(location, work, password, program));
      }
    }
    return Optional.empty();
  }

  /** Backs a directory up; seconds that its restoration then takes. */
  double restore(String name, Path source) throws IOException, InterruptedException {
    String repository = "s3:" + location.endpoint() + "/" + location.bucket() + "/" + name;
    run(repository, "init");
    run(repository, "backup", source.toString());
    Path target = work.resolve(name + "-restored");
    long began = System.nanoTime();
    run(repository, "restore", "latest", "--target", target.toString());
    double seconds = (System.nanoTime() - began) / 1e9;
    try (Stream<Path> restored = Files.walk(target)) {
      if (restored.noneMatch(Files::isRegularFile)) {
        throw new IOException("restic restored nothing");
      }
    }
    return seconds;
  }

  private void run(String repository, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString(), "-r", repository));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(work, "restic", ".out");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    builder.environment().put("RESTIC_PASSWORD_FILE", password.toString());
    builder.environment().put("RESTIC_CACHE_DIR", work.resolve("restic-cache").toString());
    builder.environment().put("AWS_ACCESS_KEY_ID", location.accessKey());
    builder.environment().put("AWS_SECRET_ACCESS_KEY", location.secretKey());
    int code = builder.start().waitFor();
    if (code != 0) {
      throw new IOException("restic ended with " + code + ": " + Files.readString(output));
    }
  }
}
