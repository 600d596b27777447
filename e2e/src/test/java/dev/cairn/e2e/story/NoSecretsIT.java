package dev.cairn.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.e2e.support.LocalProcess;
import dev.cairn.e2e.support.RecordingProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The provider holds no key: everything that it stores, logs and is sent, searched for plaintext,
 * object names, the backup key and the password, in several encodings.
 */
final class NoSecretsIT {
  private static final String PASSWORD = "zanzibar-quokka-marmalade-1947";
  private static final String PLAINTEXT = "the heron stands on one leg at noon";
  private static final String COLLECTION = "diary-of-herons";
  private static final String ID = "entry-of-the-grey-heron";

  @TempDir Path directory;

  @Test
  void nothingOfTheOwnersIsAnywhereOnTheProvidersSide() throws Exception {
    Path password = Files.writeString(directory.resolve("password"), PASSWORD);
    Path home = directory.resolve("home");
    Path data = directory.resolve("stack");
    Path providerLogs = directory.resolve("provider-logs");
    Path ownerLogs = directory.resolve("owner-logs");
    byte[] sent;
    try (LocalProcess stack = LocalProcess.start(data, providerLogs);
        RecordingProxy proxy =
            RecordingProxy.of(Files.readString(Path.of(stack.ownerProperties())))) {
      Path owner =
          Files.writeString(directory.resolve("owner.properties"), proxy.ownerProperties());
      CairnProcess.run(
              ownerLogs,
              "keyserver",
              "init",
              "--home",
              home.toString(),
              "--config",
              owner.toString(),
              "--username",
              "heron",
              "--password-file",
              password.toString())
          .expect(0);
      String line =
          "{\"ops\":[{\"put\":{\"collection\":\""
              + COLLECTION
              + "\",\"id\":\""
              + ID
              + "\",\"value\":\""
              + PLAINTEXT
              + "\"}}]}\n";
      for (int round = 0; round < 3; round++) {
        CairnProcess.runWithInput(
                ownerLogs,
                line.replace(ID, ID + round),
                "keyserver",
                "apply",
                "--home",
                home.toString(),
                "-")
            .expect(0);
        CairnProcess.run(ownerLogs, "keyserver", "compact", "--home", home.toString(), "--wait")
            .expect(0);
      }
      CairnProcess.run(
              ownerLogs,
              "keyserver",
              "recover",
              "--home",
              directory.resolve("new").toString(),
              "--config",
              owner.toString(),
              "--username",
              "heron",
              "--password-file",
              password.toString())
          .expect(0);
      sent = proxy.recorded();
    }
    Map<String, byte[]> secrets = new LinkedHashMap<>();
    secrets.put("plaintext", utf8(PLAINTEXT));
    secrets.put("collection", utf8(COLLECTION));
    secrets.put("id", utf8(ID));
    secrets.put("password", utf8(PASSWORD));
    for (Path key : keyFiles(home)) {
      byte[] material = Files.readAllBytes(key);
      secrets.put("key file " + key.getFileName(), material);
    }
    assertTrue(secrets.size() > 4, "the home has a key file to look for");

    List<String> found = new ArrayList<>();
    // The search itself works: the owner's side does hold what is looked for.
    assertTrue(contains(Files.readAllBytes(password), secrets.get("password")));
    search("what was sent to and from the service", sent, secrets, found);
    for (Path root : List.of(data, providerLogs)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          search(root.relativize(file).toString(), Files.readAllBytes(file), secrets, found);
        }
      }
    }
    assertEquals(List.of(), found);
    assertTrue(sent.length > 10_000, "the proxy saw the traffic: " + sent.length);
  }

  private static void search(
      String where, byte[] content, Map<String, byte[]> secrets, List<String> found) {
    secrets.forEach((name, secret) -> {
      for (byte[] encoded : encodings(secret)) {
        if (contains(content, encoded)) {
          found.add(name + " in " + where);
        }
      }
    });
  }

  private static List<byte[]> encodings(byte[] secret) {
    List<byte[]> all = new ArrayList<>();
    all.add(secret);
    all.add(utf8(Bytes.copyOf(secret).hex()));
    // Base64 of the secret at each of the three places that it may have in a group.
    for (int shift = 0; shift < 3; shift++) {
      byte[] shifted = new byte[shift + secret.length];
      System.arraycopy(secret, 0, shifted, shift, secret.length);
      for (Base64.Encoder encoder :
          List.of(Base64.getEncoder().withoutPadding(), Base64.getUrlEncoder().withoutPadding())) {
        String text = encoder.encodeToString(shifted);
        all.add(utf8(text.substring(shift == 0 ? 0 : 4, text.length() - 2)));
      }
    }
    return all;
  }

  private static boolean contains(byte[] content, byte[] wanted) {
    outer:
    for (int i = 0; i + wanted.length <= content.length; i++) {
      for (int j = 0; j < wanted.length; j++) {
        if (content[i + j] != wanted[j]) {
          continue outer;
        }
      }
      return true;
    }
    return false;
  }

  private static List<Path> keyFiles(Path home) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().contains("key"))
          .toList();
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
