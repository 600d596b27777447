package dev.cairn.recovery.secrets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceSecretsTest {
  private static final List<String> FILES =
      List.of("ake-key.1", "factor-key.1", "oprf-seed.1", "pepper.1", "scram-key.1", "token-key.1");

  @TempDir private Path root;
  private Path directory;

  @BeforeEach
  void create() throws IOException {
    directory = root.resolve("deep/secrets");
    ServiceSecrets.createIfAbsent(directory);
  }

  @Test
  void areMadeWholeAndForTheirOwnerAlone() throws IOException {
    assertEquals(FILES, List.copyOf(contents().keySet()));
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    for (String file : FILES) {
      Path path = directory.resolve(file);
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)), file);
    }
    assertEquals(FILES.size(), contents().values().stream().distinct().count());
    try (Stream<Path> beside = Files.list(root.resolve("deep"))) {
      assertEquals(List.of(directory), beside.toList(), "nothing half-made is left");
    }
  }

  @Test
  void areNeverMadeBesideOrOverOthers() throws IOException {
    Map<String, Bytes> before = contents();
    ServiceSecrets.createIfAbsent(directory);
    assertEquals(before, contents());
    Files.delete(directory.resolve("pepper.1"));
    ServiceSecrets.createIfAbsent(directory);
    assertFalse(Files.exists(directory.resolve("pepper.1")), "a lost secret is not replaced");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ake-key.1", "oprf-seed.1", "pepper.1", "scram-key.1", "token-key.1"})
  void aFileThatIsMissingCutOpenOrNoFileIsRefused(String name) throws IOException {
    Path file = directory.resolve(name);
    byte[] secret = Files.readAllBytes(file);

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertRefused(name);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw----r--"));
    assertRefused(name);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

    Files.write(file, Bytes.copyOf(secret, 0, secret.length - 1).toByteArray());
    assertRefused(name);
    Files.write(file, Bytes.concat(Bytes.wrap(secret), Bytes.utf8("x")).toByteArray());
    assertRefused(name);
    Files.write(file, new byte[0]);
    assertRefused(name);

    Files.delete(file);
    assertRefused(name);
    Path elsewhere = root.resolve("elsewhere");
    Files.write(elsewhere, secret);
    Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rw-------"));
    Files.createSymbolicLink(file, elsewhere);
    assertRefused(name);
    Files.delete(file);
    Files.createDirectory(file);
    assertRefused(name);
  }

  @Test
  void sayTheSameAfterEveryLoad() throws IOException {
    try (ServiceSecrets one = ServiceSecrets.load(directory);
        ServiceSecrets two = ServiceSecrets.load(directory)) {
      assertEquals(one.lookupKey("alice"), two.lookupKey("alice"));
      assertNotEquals(one.lookupKey("alice"), one.lookupKey("alice2"));
      Bytes half = Bytes.utf8("sixteen bytes...");
      assertEquals(one.nonceStamp(half, 5), two.nonceStamp(half, 5));
      assertNotEquals(one.nonceStamp(half, 5), one.nonceStamp(half, 6));
      assertEquals(one.scramPassword("cairn-x-1"), two.scramPassword("cairn-x-1"));
      assertNotEquals(one.scramPassword("cairn-x-1"), one.scramPassword("cairn-x-2"));
      assertEquals(one.fingerprint(), two.fingerprint());
      Bytes lookup = one.lookupKey("nobody");
      assertEquals(one.userIdOfNobody(lookup), two.userIdOfNobody(lookup));
      assertNotEquals(one.userIdOfNobody(lookup), one.userIdOfNobody(one.lookupKey("noone")));
      assertEquals(one.opaque().keyPair().publicKey(), two.opaque().keyPair().publicKey());
    }
  }

  @Test
  void ofAnotherServiceSayAnotherThing() throws IOException {
    Path other = root.resolve("other");
    ServiceSecrets.createIfAbsent(other);
    try (ServiceSecrets one = ServiceSecrets.load(directory);
        ServiceSecrets two = ServiceSecrets.load(other)) {
      assertNotEquals(one.fingerprint(), two.fingerprint());
      assertNotEquals(one.lookupKey("alice"), two.lookupKey("alice"));
      assertNotEquals(one.scramPassword("cairn-x-1"), two.scramPassword("cairn-x-1"));
    }
  }

  @Test
  void theFingerprintTellsWhatMustNeverBeExchanged() throws IOException {
    Bytes before = fingerprint();
    for (String name : List.of("ake-key.1", "oprf-seed.1", "pepper.1")) {
      Path file = directory.resolve(name);
      byte[] secret = Files.readAllBytes(file);
      byte[] changed = secret.clone();
      changed[secret.length - 1] ^= 1;
      Files.write(file, changed);
      assertNotEquals(before, fingerprint(), name);
      Files.write(file, secret);
    }
    assertEquals(before, fingerprint());
  }

  @Test
  void showNothing() throws IOException {
    try (ServiceSecrets secrets = ServiceSecrets.load(directory)) {
      assertEquals("ServiceSecrets", secrets.toString());
      for (Bytes secret : contents().values()) {
        assertFalse(secrets.opaque().toString().contains(secret.hex()));
        assertFalse(secrets.fingerprint().hex().contains(secret.hex()));
      }
    }
  }

  private Bytes fingerprint() throws IOException {
    try (ServiceSecrets secrets = ServiceSecrets.load(directory)) {
      return secrets.fingerprint();
    }
  }

  private void assertRefused(String name) throws IOException {
    IOException e = assertThrows(IOException.class, () -> ServiceSecrets.load(directory).close());
    assertTrue(String.valueOf(e.getMessage()).contains(name), e.getMessage());
    for (Bytes secret : contents().values()) {
      assertTrue(secret.size() < 16 || !String.valueOf(e.getMessage()).contains(secret.hex()));
    }
  }

  private Map<String, Bytes> contents() throws IOException {
    Map<String, Bytes> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        if (Files.isRegularFile(file)) {
          contents.put(String.valueOf(file.getFileName()), Bytes.wrap(Files.readAllBytes(file)));
        }
      }
    }
    return contents;
  }
}
