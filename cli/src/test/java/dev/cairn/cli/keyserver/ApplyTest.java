package dev.cairn.cli.keyserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.Ran;
import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.home.HomeBuilder;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.setup.OpenedEpoch;
import dev.cairn.keyserver.state.StateStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The owner's commands on a real home whose provider cannot be reached. */
final class ApplyTest {
  private static final String GOOD =
      "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"é\",\"value\": {\"a\" : 1.0} }}]}";

  @TempDir private Path directory;
  private String home = "";

  @BeforeEach
  void home() {
    Path path = directory.resolve("home");
    home = path.toString();
    SecureRandom random = new SecureRandom();
    UserId user = UserId.random(random);
    try (HomeBuilder builder = HomeBuilder.begin(path);
        BackupKey key = BackupKey.generate(random);
        KeyRing ring = key.deriveKeys(user, 1)) {
      builder.writeIdentity(
          new HomeIdentity(
              user,
              "owner",
              "test",
              URI.create("http://127.0.0.1:1"),
              Optional.empty(),
              1,
              1,
              false));
      builder.writeBackupKey(1, key);
      StateStore.createEmpty(builder.storeFile(), user);
      new OpenedEpoch(
              0,
              RecordCodec.withBuiltInSchemas()
                  .encode(
                      EpochDraft.genesis(user, ring.author().publicKey(), 1).sign(ring.author())),
              0)
          .writeTo(builder);
      builder.complete();
    }
  }

  private Ran apply(byte[] lines) {
    return Ran.withInput(lines, "keyserver", "apply", "--home", home, "--timeout", "100ms", "-");
  }

  private Ran apply(String lines) {
    return apply(lines.getBytes(StandardCharsets.UTF_8));
  }

  private String export(String... more) {
    String[] command = new String[4 + more.length];
    command[0] = "keyserver";
    command[1] = "export";
    command[2] = "--home";
    command[3] = home;
    System.arraycopy(more, 0, command, 4, more.length);
    Ran ran = Ran.command(command);
    assertEquals(0, ran.exit(), ran.err());
    return ran.out();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "x",
        "[]",
        "{}",
        "null",
        "{\"ops\":null}",
        "{\"ops\":{}}",
        "{\"ops\":[],\"more\":1}",
        "{\"ops\":[]}{\"ops\":[]}",
        "{\"ops\":[{}]}",
        "{\"ops\":[{\"put\":{}}]}",
        "{\"ops\":[{\"get\":{\"collection\":\"c\",\"id\":\"i\"}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\"}}]}",
        "{\"ops\":[{\"put\":{\"id\":\"i\",\"value\":1}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"value\":1}}]}",
        "{\"ops\":[{\"put\":{\"collection\":1,\"id\":\"i\",\"value\":1}}]}",
        "{\"ops\":[{\"put\":{\"collection\":null,\"id\":\"i\",\"value\":1}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":1,\"base64\":\"AA==\"}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":1,\"value\":2}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"id\":\"j\",\"value\":2}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":{\"a\":1,\"a\":2}}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"base64\":\"A\"}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"base64\":\"A-_=\"}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"base64\":7}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":01}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":NaN}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":'a'}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":[1,]}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"\\ud800\",\"value\":1}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"\\udc00x\",\"id\":\"i\",\"value\":1}}]}",
        "{\"ops\":[{\"delete\":{\"collection\":\"c\",\"id\":\"i\",\"value\":1}}]}",
        "{\"ops\":[{\"delete\":{\"collection\":\"c\"}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":1},\"delete\":{\"collection\":\"c\",\"id\":\"i\"}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":1}}]",
        "\uFEFF{\"ops\":[]}"
      })
  void aBadLineIsNamedAndChangesNothing(String bad) {
    Ran ran = apply(bad + "\n" + GOOD + "\n");
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().startsWith("cairn: Line 1: "), ran.err());
    assertTrue(ran.err().contains("\n  data: "), ran.err());
    assertFalse(ran.err().contains("\tat "), ran.err());
    assertEquals("", export());
    assertEquals("", export("--unbacked"));
  }

  @Test
  void bytesThatAreNotTextAreABadLine() {
    byte[] bytes = GOOD.getBytes(StandardCharsets.ISO_8859_1);
    Ran ran = apply(bytes);
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().contains("Line 1"), ran.err());
    assertEquals("", export());
  }

  @Test
  void aNameThatIsTooLongIsABadLine() {
    Ran ran = apply(GOOD.replace("é", "é".repeat(2049)));
    assertEquals(2, ran.exit(), ran.err());
    assertEquals("", export());
    // 4,096 bytes are allowed; the provider is what fails then.
    assertEquals(6, apply(GOOD.replace("é", "é".repeat(2048))).exit());
  }

  @Test
  void withoutAProviderTransactionsAreDurableAndQueued() {
    Ran ran = apply(GOOD + "\r\n" + GOOD.replace("1.0", "2.50"));
    assertEquals(6, ran.exit(), ran.err());
    assertTrue(ran.err().contains("queued"), ran.err());
    assertEquals("{\"collection\":\"c\",\"id\":\"é\",\"value\":{\"a\" : 2.50}}\n", export());
    String unbacked = export("--unbacked");
    assertEquals(2, unbacked.lines().count());
    Ran got = Ran.command("keyserver", "get", "--home", home, "c", "é");
    assertEquals(0, got.exit());
    assertEquals("{\"a\" : 2.50}", got.out());
    Ran names = Ran.command("keyserver", "ls", "--home", home, "c");
    assertEquals("{\"collection\":\"c\",\"id\":\"é\"}\n", names.out());
    assertEquals("", Ran.command("keyserver", "ls", "--home", home, "d").out());
  }

  @Test
  void whatIsAbsentIsEight() {
    Ran ran = Ran.command("keyserver", "get", "--home", home, "c", "e\u0301");
    assertEquals(8, ran.exit(), ran.err());
    assertEquals("", ran.out());
  }

  @Test
  void exportIsSortedByBytesAndNotByCharacters() {
    // U+FF5E sorts before U+1F600 as UTF-8 and behind it as UTF-16.
    apply(
        "{\"ops\":["
            + "{\"put\":{\"collection\":\"c\",\"id\":\"\uD83D\uDE00\",\"value\":4}},"
            + "{\"put\":{\"collection\":\"c\",\"id\":\"\uFF5E\",\"base64\":\"/w==\"}},"
            + "{\"put\":{\"collection\":\"c\",\"id\":\"\",\"value\":1}},"
            + "{\"put\":{\"collection\":\"b\",\"id\":\"z\",\"value\":0}},"
            + "{\"put\":{\"collection\":\"c\",\"id\":\"Z\",\"value\":2}}]}");
    assertEquals(
        """
        {"collection":"b","id":"z","value":0}
        {"collection":"c","id":"","value":1}
        {"collection":"c","id":"Z","value":2}
        {"collection":"c","id":"\uFF5E","base64":"/w=="}
        {"collection":"c","id":"\uD83D\uDE00","value":4}
        """,
        export());
  }

  @Test
  void statusSaysThatTheServiceIsSilent() {
    Ran ran = Ran.command("keyserver", "status", "--home", home, "--json");
    assertEquals(0, ran.exit(), ran.err());
    assertTrue(ran.out().contains("\"snapshot\":null,\"log\":null"), ran.out());
  }
}
