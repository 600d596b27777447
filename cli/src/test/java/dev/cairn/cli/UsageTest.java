package dev.cairn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Malformed command lines and files: exit 2, said in three parts, and nothing is there afterwards.
 */
final class UsageTest {
  private static final String CHECKPOINT = "1.1.1." + "ab".repeat(32);

  @TempDir private Path directory;

  @BeforeEach
  void files() throws IOException {
    write("password", "correct horse battery staple\n");
    write("empty", "");
    write("owner", "service.url=http://127.0.0.1:1\nserver.name=test\n");
    write("owner-unknown", "service.url=http://127.0.0.1:1\nserver.name=test\nsurprise=1\n");
    write("owner-nothing", "");
    write("owner-ftp", "service.url=ftp://127.0.0.1\nserver.name=test\n");
    write("provider-unknown", "server.name=x\nsurprise=1\n");
    write("lines", "{\"ops\":[]}\n");
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
            "",
            "nonsense",
            "demo x",
            "demo --git @none",
            "demo --git @none --jsonl @lines",
            "demo --jsonl @none",
            "demo --jsonl @empty",
            "demo --jsonl @owner",
            "demo --config @none",
            "local",
            "local --data",
            "keyserver",
            "keyserver run --home @h",
            "keyserver init --home @h",
            "keyserver init --home @h --config @owner --username",
            "keyserver init --home @h --config @none --username user --password-file @password",
            "keyserver init --home @h --config @owner-unknown --username user --password-file"
                + " @password",
            "keyserver init --home @h --config @owner-nothing --username user --password-file"
                + " @password",
            "keyserver init --home @h --config @owner-ftp --username user --password-file"
                + " @password",
            "keyserver init --home @h --config @owner --username user --password-file @none",
            "keyserver init --home @h --config @owner --username user --password-file @empty",
            "keyserver init --home @h --config @owner --username user --password geheim",
            "keyserver init --home @h --config @owner --username user",
            "keyserver init --home @h --config @owner --username user --password-file @password"
                + " --invitation-file @none",
            "keyserver init --home @h --config @owner --username user --password-file @password"
                + " --invitation-file @password",
            "accounts invite",
            "verify --config @provider-unknown --all --user-id abc",
            "verify --config @provider-unknown --all --sample 3",
            "verify --config @provider-unknown --sample 0",
            "verify --config @provider-unknown --sample x",
            "verify --config @provider-unknown --all --seed 7",
            "accounts invite --config @provider-unknown",
            "accounts invite --config @none --valid-for soon",
            "accounts invite --config @none --valid-for 0d",
            "accounts invite --config @none --valid-for 400d",
            "keyserver init --home @h --config @owner --username U --password-file @password",
            "keyserver init --home @h --config @owner --username ../../x --password-file @password",
            "keyserver apply --home @h",
            "keyserver apply --home @h @none",
            "keyserver apply --home @h @lines more",
            "keyserver apply --home @h @lines",
            "keyserver apply --home @h --timeout soon @lines",
            "keyserver apply --home @h --timeout -1s @lines",
            "keyserver apply --home @h --home @h @lines",
            "keyserver get --home @h c",
            "keyserver get --home @h c i more",
            "keyserver get --home @h c i",
            "keyserver get c i",
            "keyserver ls --home @h",
            "keyserver ls --home @h c d",
            "keyserver export --home @h --all",
            "keyserver export --home @h",
            "keyserver status --home @h --json=maybe",
            "keyserver status --home @h",
            "keyserver compact --home @h",
            "keyserver recover --home @h --config @owner --username user --password-file @none",
            "keyserver recover --home @h --config @owner --username user --password-file @password"
                + " --checkpoint 1.2.3",
            "keyserver recover --home @h --config @owner --username user --password-file @password"
                + " --checkpoint 0"
                + CHECKPOINT,
            "keyserver recover --home @h --config @owner --username user --password-file @password"
                + " --accept-head xyz",
            "keyserver recover --home @h --config @owner --username user --password-file @password"
                + " --accept-head "
                + "AB".repeat(32),
            "compactor",
            "compactor run",
            "compactor run --config @none",
            "compactor run --config @provider-unknown",
            "recovery run --config @provider-unknown",
            "recovery walk",
            "compact --config @provider-unknown --user-id abcdefghijklmnopqrstuvwx27",
            "compact --config @provider-unknown --user-id ../x",
            "verify --config @provider-unknown",
            "verify --config @provider-unknown --user-id ABCDEFGHIJKLMNOPQRSTUVWX27")
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void isRefusedAndChangesNothing(String line) throws IOException {
    List<Path> before = everything();
    String[] arguments =
        line.isEmpty()
            ? new String[0]
            : Stream.of(line.split(" ", -1))
                .map(word ->
                    word.startsWith("@") ? directory.resolve(word.substring(1)).toString() : word)
                .toArray(String[]::new);
    Ran ran = Ran.command(arguments);
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().startsWith("cairn: "), ran.err());
    assertTrue(ran.err().contains("\n  data: "), ran.err());
    assertTrue(ran.err().contains("\n  next: "), ran.err());
    assertFalse(ran.err().contains("\tat "), ran.err());
    assertFalse(ran.err().contains("geheim"), ran.err());
    assertEquals(before, everything());
  }

  private List<Path> everything() throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "demo --help",
        "local --help",
        "keyserver --help",
        "keyserver init --help",
        "keyserver apply --help",
        "keyserver get --help",
        "keyserver ls --help",
        "keyserver export --help",
        "keyserver status --help",
        "keyserver compact --help",
        "keyserver recover --help",
        "compactor run --help",
        "recovery run --help",
        "compact --help",
        "verify --help",
        "--version"
      })
  void helpIsHelp(String line) {
    Ran ran = Ran.command(line.split(" ", -1));
    assertEquals(0, ran.exit(), ran.err());
    assertFalse(ran.out().isBlank());
    assertEquals("", ran.err());
  }

  @Test
  void anUnreachableServiceIsUnavailableAndLeavesNoHome() throws IOException {
    List<Path> before = everything();
    Ran ran =
        Ran.command(
            "keyserver",
            "init",
            "--home",
            directory.resolve("h").toString(),
            "--config",
            directory.resolve("owner").toString(),
            "--username",
            "somebody",
            "--password-file",
            directory.resolve("password").toString());
    assertEquals(6, ran.exit(), ran.err());
    assertEquals(before, everything());
  }

  @Test
  void aPlaceThatIsTakenIsRefusedBeforeAnythingIsAsked() throws IOException {
    Path taken = Files.createDirectory(directory.resolve("taken"));
    Files.writeString(taken.resolve("mine"), "keep me");
    for (String command : List.of("init", "recover")) {
      Ran ran =
          Ran.command(
              "keyserver",
              command,
              "--home",
              taken.toString(),
              "--config",
              directory.resolve("owner").toString(),
              "--username",
              "somebody",
              "--password-file",
              directory.resolve("password").toString());
      assertEquals(2, ran.exit(), ran.err());
      assertEquals("keep me", Files.readString(taken.resolve("mine")));
    }
  }
}
