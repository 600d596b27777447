package dev.cairn.crypto.opaque;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.Vectors;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PasswordTest {
  private static String enforce(String password) throws UnusablePasswordException {
    return new String(OpaqueString.enforce(password.toCharArray()), StandardCharsets.UTF_8);
  }

  @Test
  void goldenBytes() throws Exception {
    Vectors golden = new Vectors("golden-v1.properties");
    // Decomposed, with a no-break space: RFC 8265 composes the one and maps the other.
    try (PasswordInput input =
            PasswordInput.of("backup.example", "alice", "pa\u0308ssword\u00a01".toCharArray());
        SecretBytes utf8 = SecretBytes.takeCopyOf(Bytes.utf8("p\u00e4ssword 1"));
        PasswordInput same = PasswordInput.of("backup.example", "alice", utf8)) {
      assertEquals(golden.get("opaque.password"), Bytes.wrap(input.copyMaterial()));
      assertEquals(golden.get("opaque.password"), Bytes.wrap(same.copyMaterial()));
      assertEquals("PasswordInput(alice at backup.example)", input.toString());
    }
    assertEquals(golden.get("opaque.context"), OpaqueSuite.context(KsfParameters.DEFAULT));
    byte[] counting = new byte[32];
    for (int i = 0; i < counting.length; i++) {
      counting[i] = (byte) i;
    }
    assertEquals(
        golden.get("opaque.stretched"),
        Bytes.wrap(KeyStretching.argon2id(KsfParameters.DEFAULT).stretch(counting)));
    assertTrue(golden.unused("opaque.").isEmpty());
  }

  /** RFC 8265 section 4.3: every legal example, and both that are not. */
  @Test
  void examplesOfRfc8265() throws Exception {
    assertEquals("correct horse battery staple", enforce("correct horse battery staple"));
    assertEquals("Correct Horse Battery Staple", enforce("Correct Horse Battery Staple"));
    assertEquals("\u03c0\u00df\u00e5", enforce("\u03c0\u00df\u00e5"));
    assertEquals("Jack of \u2666s", enforce("Jack of \u2666s"));
    assertEquals("foo bar", enforce("foo\u1680bar"));
    assertThrows(UnusablePasswordException.class, () -> enforce(""));
    assertThrows(UnusablePasswordException.class, () -> enforce("my cat is a \u0009by"));
  }

  @Test
  void whatIsAllowed() throws Exception {
    for (String allowed :
        List.of(
            " ",
            "  two spaces ",
            "~!@#$%^&*()",
            "ﬁne",
            "Ｆull",
            "日本語",
            "カ・ナ",
            "l·l",
            "͵α",
            "א׳",
            "٠١",
            "۰۱",
            "😀",
            "a\u0301",
            "ẛ̣")) {
      String prepared = enforce(allowed);
      assertEquals(prepared, enforce(prepared), "enforcing twice changes nothing");
    }
    assertEquals("á", enforce("a\u0301"));
    assertEquals("a b", enforce("a\u3000b"));
    assertEquals("Ｆ", enforce("Ｆ"), "width is kept");
  }

  @Test
  void whatIsRefused() {
    for (String refused :
        List.of(
            "",
            "a\0",
            "line\n",
            "line\r\n",
            "\u007f",
            "\u0085",
            "a\u200bb",
            "a\u200db",
            "\u200c",
            "\ufeffbom",
            "so\u00adft",
            "a\u2028b",
            "\ue000",
            "\ud800",
            "\udc00a",
            "\u0640",
            "\u1100",
            "a·b",
            "·",
            "͵a",
            "a׳",
            "・",
            "a・b",
            "٠۰",
            "\ufe0f",
            "\u202ea",
            "\uffff",
            new String(Character.toChars(0x10ffff)),
            new String(Character.toChars(0xe0001)))) {
      UnusablePasswordException failure =
          assertThrows(UnusablePasswordException.class, () -> enforce(refused));
      assertTrue(refused.length() < 2 || !String.valueOf(failure.getMessage()).contains(refused));
    }
    try (SecretBytes notUtf8 = SecretBytes.takeOwnershipOf(new byte[] {'a', (byte) 0xff});
        SecretBytes cut = SecretBytes.takeOwnershipOf(new byte[] {'a', (byte) 0xc3});
        SecretBytes overlong = SecretBytes.takeOwnershipOf(new byte[] {(byte) 0xc0, (byte) 0x80})) {
      for (SecretBytes wrong : List.of(notUtf8, cut, overlong)) {
        assertThrows(UnusablePasswordException.class, () -> PasswordInput.of("s", "u", wrong));
      }
    }
    assertThrows(
        UnusablePasswordException.class,
        () -> PasswordInput.of("s", "u", "a".repeat(4097).toCharArray()));
    assertThrows(
        IllegalArgumentException.class, () -> PasswordInput.of("", "u", "a".toCharArray()));
    assertThrows(
        IllegalArgumentException.class, () -> PasswordInput.of("s", "", "a".toCharArray()));
    assertThrows(
        IllegalArgumentException.class,
        () -> PasswordInput.of("s", "u".repeat(256), "a".toCharArray()));
  }

  @Test
  void namesArePartOfTheInput() throws Exception {
    Set<Bytes> inputs = new HashSet<>();
    for (List<String> parts :
        List.of(
            List.of("ab", "c", "d"),
            List.of("a", "bc", "d"),
            List.of("a", "b", "cd"),
            List.of("ab", "d", "c"))) {
      try (PasswordInput input =
          PasswordInput.of(parts.get(0), parts.get(1), parts.get(2).toCharArray())) {
        inputs.add(Bytes.wrap(input.copyMaterial()));
      }
    }
    assertEquals(4, inputs.size());
  }

  @Test
  void callersKeepTheirPasswords() throws Exception {
    char[] password = "a\u00a0b".toCharArray();
    PasswordInput.of("s", "u", password).close();
    assertEquals("a\u00a0b", new String(password));
  }

  private static void check(String username, String password) throws Exception {
    try (SecretBytes utf8 = SecretBytes.takeCopyOf(Bytes.utf8(password))) {
      PasswordStrength.check("backup.example", username, utf8);
    }
  }

  @Test
  void weakPasswordsAreRefused() {
    for (String weak :
        List.of(
            "a",
            "password",
            "Passw0rd!",
            "P@ssw0rd123",
            "qwertyuiop",
            "1qaz2wsx3edc",
            "letmein2024",
            "iloveyou",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "abcdefghijkl",
            "1984-05-17",
            "backup.example",
            "alice-cairn",
            "alicealicealice",
            "keyserver1")) {
      WeakPasswordException failure =
          assertThrows(WeakPasswordException.class, () -> check("alice", weak), weak);
      assertFalse(String.valueOf(failure.getMessage()).contains("Passw0rd"), weak);
    }
  }

  @Test
  void strongPasswordsPass() throws Exception {
    for (String strong :
        List.of(
            "correct horse battery staple",
            "kT9#vLq2!xZr",
            "wandering teapots sing at noon",
            "Grüße aus dem Möbelhaus 73",
            "a".repeat(50) + "kT9#vLq2!xZr")) {
      check("alice", strong);
    }
    check("alice", new String(Passphrases.generate(new SecureRandom())));
  }

  @Test
  void longPasswordsAreJudgedInTime() throws Exception {
    long start = System.nanoTime();
    check("alice", "zebra lamp quorum ".repeat(200).substring(0, 3500));
    assertTrue(System.nanoTime() - start < 20_000_000_000L);
  }

  @Test
  void passphrases() throws Exception {
    assertTrue(Passphrases.BITS >= 77);
    SecureRandom random = new SecureRandom();
    Set<String> phrases = new HashSet<>();
    Set<String> groups = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      String phrase = new String(Passphrases.generate(random));
      assertTrue(
          phrase.matches(
              "([bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz](-|$)){5}"),
          phrase);
      phrases.add(phrase);
      groups.addAll(List.of(phrase.split("-")));
      assertEquals(phrase, enforce(phrase));
    }
    assertEquals(2000, phrases.size());
    // 10,000 draws of 65,536: some 9,275 distinct ones are expected, and far fewer if a bit were
    // lost.
    assertTrue(groups.size() > 9_000 && groups.size() < 9_550, "distinct groups: " + groups.size());
  }

  /** Each group is 16 bits and nothing is lost: every value gives another group. */
  @Test
  void everyGroupIsItsOwn() {
    Set<String> groups = new HashSet<>();
    int[] next = {0};
    SecureRandom counting =
        new SecureRandom() {
          @Override
          public int nextInt(int bound) {
            assertEquals(1 << 16, bound);
            return next[0]++ % bound;
          }
        };
    while (next[0] < 1 << 16) {
      groups.addAll(List.of(new String(Passphrases.generate(counting)).split("-")));
    }
    assertEquals(1 << 16, groups.size());
  }
}
