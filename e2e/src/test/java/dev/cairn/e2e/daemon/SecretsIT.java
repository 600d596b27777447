package dev.cairn.e2e.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.Cairn;
import dev.cairn.cli.output.Streams;
import dev.cairn.e2e.support.CairnProcess.Outcome;
import dev.cairn.e2e.support.LocalProcess;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recovery key, second factor and changes of secrets, as an owner uses them. */
final class SecretsIT {
  private static final String FIRST = "zanzibar-quokka-marmalade-1947";
  private static final String SECOND = "lantern-okapi-tangerine-2061";
  private static final String THIRD = "willow-narwhal-apricot-3188";
  private static final String LINE =
      "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":\"kept\"}}]}\n";

  @TempDir Path directory;
  private final StringBuilder said = new StringBuilder();
  private String config = "";

  private Outcome cairn(String... arguments) {
    return noted(Commands.run(arguments));
  }

  private Outcome noted(Outcome outcome) {
    said.append(outcome.out()).append(outcome.err());
    return outcome;
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private String file(String name, String content) throws Exception {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  private void recovered(String home) {
    Outcome value = cairn("keyserver", "get", "--home", path(home), "c", "i");
    assertEquals("\"kept\"", value.out().strip(), value.err());
  }

  @Test
  void anOwnerKeepsTheBackupWhateverHappensToTheSecrets() throws Exception {
    Path data = directory.resolve("stack");
    try (LocalProcess stack = LocalProcess.start(data, directory.resolve("logs"))) {
      config = stack.ownerProperties();
      String first = file("first", FIRST);
      String second = file("second", SECOND);
      String third = file("third", THIRD);
      String printed = path("printed");
      expect(
          0,
          cairn(
              "keyserver",
              "init",
              "--home",
              path("home"),
              "--config",
              config,
              "--username",
              "owner",
              "--password-file",
              first,
              "--recovery-key-file",
              printed));
      expect(0, noted(Commands.withInput(LINE, "keyserver", "apply", "--home", path("home"), "-")));

      byte[] totp = addFactor(first);
      List<String> codes = Files.readAllLines(directory.resolve("codes"));
      assertEquals(10, codes.size());
      assertTrue(
          cairn("keyserver", "factor", "list", "--home", path("home")).out().contains("totp"));

      // The password alone is not enough, a wrong code neither, and a code serves once.
      expect(
          3, recover("none", "--password-file", first, "--factor-code-file", file("w", "000000")));
      String shown = file("shown", code(totp, step() + 1));
      expect(0, recover("two", "--password-file", first, "--factor-code-file", shown));
      recovered("two");
      expect(3, recover("none", "--password-file", first, "--factor-code-file", shown));

      // Strangers lock the password; the recovery key does not care.
      String wrong = file("wrong", "some-other-password-1234");
      int exit = 3;
      for (int guess = 0; guess < 15 && exit == 3; guess++) {
        exit = recover("none", "--password-file", wrong).exit();
      }
      assertEquals(4, exit);
      expect(4, recover("none", "--password-file", first));
      expect(
          0,
          recover(
              "three",
              "--recovery-key-file",
              printed,
              "--factor-code-file",
              file("c0", codes.get(0))));
      recovered("three");

      expect(
          0,
          cairn(
              "keyserver",
              "passwd",
              "--home",
              path("three"),
              "--recovery-key-file",
              printed,
              "--factor-code-file",
              file("c1", codes.get(1)),
              "--new-password-file",
              second));
      expect(3, recover("none", "--password-file", first, "--factor-code-file", path("c1")));
      // A rotation renews what the recovery key opens, too, or does nothing.
      expect(
          2,
          cairn(
              "keyserver",
              "compact",
              "--rotate",
              "--home",
              path("three"),
              "--password-file",
              second,
              "--factor-code-file",
              file("c2", codes.get(2))));
      expect(
          0,
          cairn(
              "keyserver",
              "compact",
              "--rotate",
              "--home",
              path("three"),
              "--password-file",
              second,
              "--recovery-key-file",
              printed,
              "--factor-code-file",
              file("c3", codes.get(3) + "\n" + codes.get(4))));

      Outcome theft =
          recover(
              "four",
              "--after-theft",
              "--recovery-key-file",
              printed,
              "--new-password-file",
              third,
              "--factor-code-file",
              file("c5", String.join("\n", codes.subList(5, 9))));
      expect(0, theft);
      recovered("four");
      expect(3, recover("none", "--password-file", second));
      expect(
          0,
          recover(
              "none",
              "--dry-run",
              "--password-file",
              third,
              "--factor-code-file",
              file("c9", codes.get(9))));

      Outcome audit = cairn("keyserver", "audit", "--home", path("four"));
      for (String event :
          List.of("secrets replaced", "wrong second factor", "recovery key", "takeover granted")) {
        assertTrue(audit.out().contains(event), audit.out() + audit.err());
      }
      List<String> secrets = new ArrayList<>(List.of(FIRST, SECOND, THIRD));
      secrets.add(Files.readString(directory.resolve("printed")).strip());
      secrets.addAll(codes);
      secrets.addAll(codes.stream().map(code -> code.replace("-", "")).toList());
      requireNowhere(secrets, data);
      for (String secret : secrets) {
        assertFalse(said.toString().contains(secret), "a command has printed a secret");
      }
    }
  }

  private static void expect(int exit, Outcome outcome) {
    assertEquals(exit, outcome.exit(), outcome.out() + outcome.err());
  }

  private Outcome recover(String home, String... secrets) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "keyserver",
                "recover",
                "--home",
                path(home),
                "--config",
                config,
                "--username",
                "owner"));
    arguments.addAll(List.of(secrets));
    return cairn(arguments.toArray(String[]::new));
  }

  /** What the authenticator shows follows from what the command has printed by then. */
  private byte[] addFactor(String password) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    InputStream authenticator =
        new InputStream() {
          private int at;
          private byte[] code = new byte[0];

          @Override
          public int read() {
            if (at == 0) {
              code = (code(secret(out), step()) + "\n").getBytes(StandardCharsets.UTF_8);
            }
            return at < code.length ? code[at++] : -1;
          }

          // Like a terminal: what was not asked for yet is not given.
          @Override
          public int read(byte[] into, int offset, int length) {
            int next = length == 0 ? 0 : read();
            if (next > 0) {
              into[offset] = (byte) next;
            }
            return length == 0 ? 0 : next < 0 ? -1 : 1;
          }
        };
    int exit =
        Cairn.run(
            new String[] {
              "keyserver",
              "factor",
              "add",
              "totp",
              "--home",
              path("home"),
              "--password-file",
              password,
              "--codes-file",
              path("codes"),
              "--new-code-file",
              "-"
            },
            new Streams(
                authenticator,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                false));
    assertEquals(
        0, exit, out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8));
    return secret(out);
  }

  private static byte[] secret(ByteArrayOutputStream out) {
    String text =
        out.toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.startsWith("secret "))
            .findFirst()
            .orElseThrow()
            .substring("secret ".length());
    byte[] secret = new byte[20];
    for (int bit = 0; bit < 160; bit++) {
      int symbol = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(text.charAt(bit / 5));
      if (((symbol >> (4 - bit % 5)) & 1) == 1) {
        secret[bit / 8] |= (byte) (0x80 >> (bit % 8));
      }
    }
    return secret;
  }

  private static long step() {
    return System.currentTimeMillis() / 30_000;
  }

  /** RFC 6238, written a second time. */
  private static String code(byte[] secret, long step) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret, "HmacSHA1"));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
      int number = ByteBuffer.wrap(hash).getInt(hash[19] & 15) & Integer.MAX_VALUE;
      return String.format(Locale.ROOT, "%06d", number % 1_000_000);
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void requireNowhere(List<String> secrets, Path data) throws Exception {
    try (Stream<Path> stored = Files.walk(data);
        Stream<Path> logs = Files.walk(directory.resolve("logs"));
        Stream<Path> files = Stream.concat(stored, logs)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        for (String secret : secrets) {
          assertFalse(content.contains(secret), file + " holds a secret");
        }
      }
    }
  }
}
