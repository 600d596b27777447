package dev.cairn.e2e.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.e2e.support.Tools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The containers' files by themselves. */
final class ComposeFilesIT {
  private static final Pattern BUILT =
      Pattern.compile("github\\.com/minio/(minio|mc)@(v[0-9a-z.-]+)");

  @ParameterizedTest
  @ValueSource(strings = {"docker/compose.yaml", "docker/compose.cluster.yaml"})
  void composeReadsThem(String file) throws Exception {
    Path program = Tools.program("docker-compose");
    Process process =
        new ProcessBuilder(
                program.toString(), "-f", Repository.file(file).toString(), "config", "--quiet")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), said);
    assertEquals(0, process.exitValue(), said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker/compose.yaml", "docker/compose.cluster.yaml"})
  void everyContainerIsConfinedAndPinned(String file) throws Exception {
    Compose compose = Compose.read(Repository.file(file));
    for (String name : compose.names()) {
      Compose.Service service = compose.service(name);
      assertTrue(service.readOnly(), name + " may write its root");
      assertFalse(service.user().isEmpty() || service.user().startsWith("0"), name + " is root");
      assertTrue(service.image().matches("\\S+:v?[0-9][0-9a-z.]*"), name + " is not pinned");
      boolean once = service.restart().equals("no");
      assertEquals(once, service.healthCheck().isEmpty(), name + " and its health check");
      assertEquals(once, service.memory().isEmpty(), name + " and its limits");
      for (String value : service.environment().values()) {
        assertFalse(value.matches("[0-9a-f]{32,}"), name + " has a secret in its environment");
      }
    }
  }

  @Test
  void theImageHasTheMinioThatIsTested() throws Exception {
    String dockerfile = Files.readString(Repository.file("docker/Dockerfile"));
    String script = Files.readString(Repository.file(".ci/tools.d/minio.sh"));
    Matcher built = BUILT.matcher(dockerfile);
    int found = 0;
    while (built.find()) {
      found++;
      assertTrue(script.contains(built.group(1) + "=" + built.group(2)), built.group());
    }
    assertEquals(2, found);
  }
}
