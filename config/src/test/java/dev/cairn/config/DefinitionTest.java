package dev.cairn.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefinitionTest {
  private static final String SECRET = "a-secret-that-nobody-may-see";
  private static final PassThrough PRODUCER =
      new PassThrough(
          "producer.",
          Optional.of(ProducerConfig.configDef()),
          FixedClientSettings.producer(),
          Map.of(),
          "the producers");
  private static final Definition SAMPLE =
      new Definition(
          new Environment("SAMPLE_", Set.of("SAMPLE_TOOLS", "SAMPLE_OTHER_")),
          List.of(SampleKey.values()),
          List.of(PRODUCER),
          List.of(settings ->
              settings.isSet(SampleKey.KIND) && !settings.isSet(SampleKey.PASSWORD)
                  ? Optional.of("kind needs pass.word")
                  : Optional.empty()));

  @TempDir private Path directory;

  @Test
  void whatIsNotSaidHasItsDefault() throws Exception {
    Settings settings = read(Map.of("name", "x"));
    assertEquals("x", settings.text(SampleKey.NAME));
    assertEquals(80, settings.integer(SampleKey.PORT));
    assertEquals(1L << 40, settings.number(SampleKey.SIZE));
    assertEquals(0.5, settings.real(SampleKey.RATIO));
    assertFalse(settings.flag(SampleKey.QUIET));
    assertEquals(List.of("a"), settings.list(SampleKey.CELLS));
    assertEquals(Optional.empty(), settings.optional(SampleKey.KIND));
    assertEquals(Optional.empty(), settings.secret(SampleKey.PASSWORD));
  }

  @Test
  void everyErrorIsNamedAtOnceAndNoSecretIs() {
    InvalidConfigException e =
        assertThrows(
            InvalidConfigException.class,
            () ->
                read(
                    Map.of(
                        "configuration port", "70000",
                        "configuration size.bytes", "much",
                        "configuration ratio", "",
                        "configuration quiet", "perhaps",
                        "configuration cells", "a,B",
                        "kind", "red",
                        "producer.acks", "1",
                        "producer.linger.ms", "soon",
                        "producer.ssl.key.password", SECRET,
                        "pass.wrod", SECRET)));
    for (String name :
        List.of(
            "name is missing: What it is called",
            "configuration port",
            "configuration size.bytes",
            "configuration ratio",
            "configuration quiet",
            "configuration cells",
            "kind needs pass.word",
            "producer.acks cannot be set: acknowledged means",
            "producer.linger.ms",
            "unknown key pass.wrod; did you mean pass.word?")) {
      assertEquals(
          1, e.errors().stream().filter(error -> error.contains(name)).count(), name + " in " + e);
    }
    assertEquals(10, e.errors().size(), e.toString());
    assertFalse(e.toString().contains(SECRET));
  }

  @Test
  void theEnvironmentWinsOverTheFile() throws Exception {
    Path file = directory.resolve("sample.properties");
    Files.writeString(file, "name = file\nport = 81\nproducer.linger.ms = 1\n");
    Path secret = Files.writeString(directory.resolve("secret"), SECRET + "\n");
    Settings settings =
        SAMPLE.load(
            file,
            Map.of(
                "SAMPLE_PORT", "82",
                "SAMPLE_SIZE_BYTES", " 7 ",
                "SAMPLE_PASS_WORD_FILE", secret.toString(),
                "SAMPLE_PRODUCER_LINGER_MS", "3",
                "SAMPLE_PRODUCER_SSL_KEY_PASSWORD_FILE", secret.toString(),
                "SAMPLE_TOOLS", "not ours",
                "SAMPLE_OTHER_NAME", "not ours",
                "SAMPLE_SERVICE_LINKS_OF_A_CLUSTER", "only a warning",
                "PORT", "83"));
    assertEquals("file", settings.text(SampleKey.NAME));
    assertEquals(82, settings.integer(SampleKey.PORT));
    assertEquals(7, settings.number(SampleKey.SIZE));
    assertEquals(Optional.of(new Password(SECRET)), settings.secret(SampleKey.PASSWORD));
    assertEquals(
        Map.of("linger.ms", "3", "ssl.key.password", SECRET), settings.passThrough(PRODUCER));
    assertFalse(settings.toString().contains(SECRET));
  }

  @Test
  void aVariableThatIsMisspeltOrDoubleOrLeadsNowhereIsRefused() {
    InvalidConfigException e =
        assertThrows(
            InvalidConfigException.class,
            () ->
                SAMPLE.read(
                    "sample",
                    properties(Map.of("name", "x")),
                    Map.of(
                        "SAMPLE_PROT", "82",
                        "SAMPLE_KIND", "red",
                        "SAMPLE_KIND_FILE", "/dev/null",
                        "SAMPLE_PASS_WORD_FILE", directory.resolve("absent").toString(),
                        "SAMPLE_PRODUCER_ACKS", "0")));
    for (String name :
        List.of(
            "unknown variable SAMPLE_PROT; did you mean SAMPLE_PORT?",
            "SAMPLE_KIND_FILE sets kind, which another variable sets, too",
            "SAMPLE_PASS_WORD_FILE names",
            "kind needs pass.word",
            "producer.acks cannot be set")) {
      assertTrue(e.errors().stream().anyMatch(error -> error.contains(name)), name + " in " + e);
    }
    assertEquals(5, e.errors().size(), e.toString());
  }

  @Test
  void referencesAreReplacedByKafkasOwnRules() throws Exception {
    Files.writeString(directory.resolve("password"), SECRET + "\n");
    Files.writeString(directory.resolve("more.properties"), "a.name = from $1 afar\\\\\n");
    Map<String, String> values = new HashMap<>();
    values.put("name", "<${file:" + directory.resolve("more.properties") + ":a.name}>");
    values.put("pass.word", "${dir:" + directory + ":password}");
    values.put("port", "${env:WHERE}");
    values.put("kind", "green");
    Settings settings = SAMPLE.read("sample", properties(values), Map.of("WHERE", "8080"));
    assertEquals("<from $1 afar\\>", settings.text(SampleKey.NAME));
    assertEquals(Optional.of(new Password(SECRET)), settings.secret(SampleKey.PASSWORD));
    assertEquals(8080, settings.integer(SampleKey.PORT));
  }

  @Test
  void aReferenceToNothingIsNoValue() {
    Map<String, String> values = new HashMap<>();
    values.put("name", "${file:" + directory.resolve("absent.properties") + ":a.name}");
    values.put("pass.word", "${dir:" + directory + ":absent}");
    values.put("cells", "${env:NOWHERE}");
    values.put("kind", "${unknown:it is just text}");
    InvalidConfigException e = assertThrows(InvalidConfigException.class, () -> read(values));
    for (String name : List.of("name refers to", "pass.word refers to", "cells refers to")) {
      assertTrue(e.errors().stream().anyMatch(error -> error.contains(name)), name + " in " + e);
    }
    assertTrue(e.toString().contains("${unknown:it is just text}"), e.toString());
  }

  @Test
  void aKeyThatIsSetTwiceIsRefused() throws Exception {
    Path file = directory.resolve("sample.properties");
    Files.writeString(file, "name = one\nname = two\nport = \\uZZZZ\n");
    assertThrows(InvalidConfigException.class, () -> SAMPLE.load(file, Map.of()));
    Files.writeString(file, "name = one\nname = two\n");
    InvalidConfigException e =
        assertThrows(InvalidConfigException.class, () -> SAMPLE.load(file, Map.of()));
    assertEquals(List.of("name is set twice"), e.errors());
    assertTrue(String.valueOf(e.getMessage()).contains(file.toString()));
  }

  @Test
  void aReferencePageNamesEverything() {
    String page = Reference.markdown(SAMPLE);
    for (SampleKey key : SampleKey.values()) {
      assertTrue(page.contains("`" + key.key() + "`"), key.key());
    }
    assertTrue(
        page.contains(
            "| `port`<br>Where \\| it is | int | `80` | [1,...,65535] | medium | `SAMPLE_PORT` |"),
        page);
    assertTrue(page.contains("| `producer.acks` | acknowledged means on every in-sync replica |"));
    assertTrue(page.contains("### One") && page.contains("### Two"));
  }

  @Test
  void editsAreCounted() {
    assertEquals(0, Nearest.edits("acks", "acks"));
    assertEquals(1, Nearest.edits("acsk", "acks"));
    assertEquals(3, Nearest.edits("kitten", "sitting"));
    assertEquals(4, Nearest.edits("", "acks"));
    assertEquals(Optional.of("size.bytes"), Nearest.to("size.byte", List.of("port", "size.bytes")));
    assertEquals(Optional.empty(), Nearest.to("something.else", List.of("port", "size.bytes")));
  }

  private static Settings read(Map<String, String> values) throws InvalidConfigException {
    return SAMPLE.read("sample", properties(values), Map.of());
  }

  private static Properties properties(Map<String, String> values) {
    Properties properties = new Properties();
    properties.putAll(values);
    return properties;
  }
}
