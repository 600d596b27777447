package dev.cairn.keyserver.wallet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.wallet.SignInExpectation;
import dev.cairn.crypto.wallet.SignInMessage;
import dev.cairn.crypto.wallet.SignInUri;
import dev.cairn.crypto.wallet.WalletSignature;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.WrongSecretException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Encrypted keystores, with a test vector of the Web3 Secret Storage Definition (its other one
 * breaks RFC 7914: N too large for r).
 */
final class KeystoreSignerTest {
  private static final String PBKDF2 =
      """
      {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
      "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
      "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
      "salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
      "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
      "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
      """;

  /** Made by ethers 6.17.0. */
  private static final String SCRYPT =
      """
      {"address":"2c7536e3605d9c16a7a3d7b1898e529396a65c23","id":"c07e0ad2-6894-4514-a75e-558273566132","version":3,
      "Crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"bb55157ff5362f291ac0734da4a56664"},
      "ciphertext":"2bff3fbf6a701212d92028778ee2868444a5a00d36c06cd76a5a11562dd7ed6a","kdf":"scrypt",
      "kdfparams":{"salt":"e66a864a6b8884d1e96b8124e914fb89f21bf21e1b32495fd2188617b448976f","n":16384,"dklen":32,"p":1,"r":8},
      "mac":"b1f8925a3f49c51f90be76445edd70bce88e5da99cdfe96855183e6de0566429"}}
      """;

  private static final String ADDRESS = "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b";
  private static final String SERVER = "backup.example.org";

  @TempDir Path directory;

  private static SecretBytes password(String text) {
    return SecretBytes.takeOwnershipOf(text.getBytes(StandardCharsets.UTF_8));
  }

  private Path file(String json) throws Exception {
    return Files.writeString(directory.resolve("keystore.json"), json, StandardCharsets.UTF_8);
  }

  private KeystoreSigner open(String json) throws Exception {
    try (SecretBytes password = password("testpassword")) {
      return KeystoreSigner.open(file(json), password);
    }
  }

  @Test
  void opensThePublishedKeystores() throws Exception {
    try (KeystoreSigner signer = open(PBKDF2)) {
      assertEquals(ADDRESS, signer.address().checksummed());
    }
    try (KeystoreSigner signer = open(SCRYPT)) {
      assertEquals("0x2c7536E3605D9C16a7a3D7b1898e529396a65c23", signer.address().checksummed());
    }
  }

  @Test
  void anotherPasswordIsAWrongSecret() throws Exception {
    try (SecretBytes wrong = password("testpasswore")) {
      Path keystore = file(PBKDF2);
      assertThrows(WrongSecretException.class, () -> KeystoreSigner.open(keystore, wrong));
    }
  }

  @Test
  void anotherAddressThanItsKeysIsRefused() {
    String lying =
        PBKDF2.replace(
            "\"id\":", "\"address\":\"2c7536e3605d9c16a7a3d7b1898e529396a65c23\",\"id\":");
    assertThrows(MalformedInputException.class, () -> open(lying));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "16384|16383",
        "16384|1073741824",
        "\"r\":8|\"r\":0",
        "\"r\":8|\"r\":1048576",
        "\"n\":16384,\"dklen\":32,\"p\":1,\"r\":8|\"n\":65536,\"dklen\":32,\"p\":1,\"r\":1",
        "\"p\":1|\"p\":1000",
        "\"n\":16384|\"n\":\"16384\"",
        "\"dklen\":32|\"dklen\":16",
        "aes-128-ctr|aes-256-gcm",
        "\"scrypt\"|\"argon2\"",
        "\"version\":3|\"version\":4",
        "\"mac\":\"b1|\"mac\":\"zz",
        "\"mac\":\"b1f8|\"mac\":\"",
        "bb55157ff5362f291ac0734da4a56664|bb55157f",
        "{\"address\"|[\"address\"",
      })
  void whatIsNoKeystoreIsRefusedBeforeItCosts(String from, String to) {
    String broken = SCRYPT.replace(from, to);
    assertThrows(MalformedInputException.class, () -> open(broken));
  }

  @Test
  void noBytesDoMoreThanBeRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? SCRYPT : PBKDF2);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) random.nextInt(0x250));
          case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(40)));
          default -> text.insert(at, text.charAt(random.nextInt(text.length())));
        }
      }
      try {
        KeystoreFile.parse(text.toString());
      } catch (MalformedTextException e) {
        assertTrue(String.valueOf(e.getMessage()).length() < 300, "seed " + seed);
      }
    }
  }

  @Test
  void signsALoginAsTheServiceExpectsIt() throws Exception {
    Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(600);
    try (KeystoreSigner signer = open(PBKDF2)) {
      SignedLogin login =
          signer.signLogin(new LoginRequest(SignInUri.of(SERVER), 1, "abcdefgh12345678", end));
      try (WalletSignature signature = WalletSignature.of(login.signature().toByteArray())) {
        SignInMessage message =
            SignInMessage.verify(
                login.message(),
                signature,
                new SignInExpectation(
                    signer.address(),
                    "cairn://" + SERVER,
                    1,
                    "abcdefgh12345678",
                    Duration.ofMinutes(10),
                    Clock.systemUTC()));
        assertEquals(end.toString(), message.expirationTime().orElseThrow());
      }
    }
  }

  @Test
  void givesTheSameKeyAtRecoveryAndAsksOnlyForItsOwnMessage() throws Exception {
    UserId user = UserId.random(new SecureRandom());
    try (KeystoreSigner signer = open(PBKDF2);
        EnrolledWallet enrolled = WalletKeys.enrol(signer, SERVER, user, new SecureRandom());
        Kek again = WalletKeys.recover(signer, enrolled.parameters(), SERVER, user)) {
      assertEquals(enrolled.kek().kind(), again.kind());
      for (Bytes other :
          new Bytes[] {
            Bytes.EMPTY,
            Bytes.concat(enrolled.parameters(), Bytes.utf8("\n")),
            Bytes.utf8("localhost wants you to sign in with your Ethereum account:"),
          }) {
        assertThrows(
            IntegrityException.class, () -> WalletKeys.recover(signer, other, SERVER, user));
      }
      assertThrows(
          IntegrityException.class,
          () -> WalletKeys.recover(signer, enrolled.parameters(), "another.example", user));
    }
  }
}
