package dev.cairn.crypto.wallet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.wallet.SignInRefusedException.Check;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sign-In with Ethereum, in both of its forms. */
final class SignInTest {
  private static final TestWallet WALLET =
      new TestWallet("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");
  private static final TestWallet OTHER =
      new TestWallet("5c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final String URI = "cairn://example.org/login";
  private static final String NONCE = "0123456789abcdefABCDEF";
  private static final Duration LIFETIME = Duration.ofMinutes(5);

  private static SignInExpectation expected(Instant now) {
    return new SignInExpectation(
        WALLET.address(), URI, 1, NONCE, LIFETIME, Clock.fixed(now, ZoneOffset.UTC));
  }

  private static SignInMessage message() {
    return SignInMessage.create(
        "localhost:8123", WALLET.address(), URI, 1, NONCE, NOW.plusMillis(250), LIFETIME);
  }

  private static SignInTypedData typed() {
    return SignInTypedData.create(
        "localhost:8123", WALLET.address(), URI, 1, NONCE, NOW.plusMillis(250), LIFETIME);
  }

  private static Check refused(String text, Instant now) {
    try (WalletSignature signature = WALLET.signText(text)) {
      return assertThrows(
              SignInRefusedException.class,
              () -> SignInMessage.verify(text, signature, expected(now)))
          .check();
    }
  }

  private static Check refused(SignInTypedData data, Instant now) {
    try (WalletSignature signature = WALLET.signTypedData(data.json())) {
      return assertThrows(SignInRefusedException.class, () -> data.verify(signature, expected(now)))
          .check();
    }
  }

  @Test
  void whatIsAskedForIsAccepted() throws Exception {
    String text = message().render();
    try (WalletSignature signature = WALLET.signText(text)) {
      assertEquals(message(), SignInMessage.verify(text, signature, expected(NOW)));
    }
    try (WalletSignature signature = WALLET.signTypedData(typed().json())) {
      typed().verify(signature, expected(NOW));
    }
    assertEquals(
        """
        localhost:8123 wants you to sign in with your Ethereum account:
        0x2c7536E3605D9C16a7a3D7b1898e529396a65c23

        Sign in to your Cairn backup. This proves who you are and opens nothing yet.

        URI: cairn://example.org/login
        Version: 1
        Chain ID: 1
        Nonce: 0123456789abcdefABCDEF
        Issued At: 2026-11-24T12:00:00Z
        Expiration Time: 2026-11-24T12:05:00Z\
        """,
        text);
  }

  @Test
  void aSignatureOfOneFormIsNoneOfTheOther() throws Exception {
    String text = message().render();
    try (WalletSignature ofTyped = WALLET.signTypedData(typed().json());
        WalletSignature ofText = WALLET.signText(text)) {
      assertEquals(
          Check.SIGNATURE,
          assertThrows(
                  SignInRefusedException.class,
                  () -> SignInMessage.verify(text, ofTyped, expected(NOW)))
              .check());
      assertEquals(
          Check.SIGNATURE,
          assertThrows(SignInRefusedException.class, () -> typed().verify(ofText, expected(NOW)))
              .check());
    }
  }

  @Test
  void eachCheckOfTheTextFailsAlone() {
    String text = message().render();
    assertEquals(Check.MALFORMED, refused(text + "\n", NOW));
    assertEquals(Check.DOMAIN, refused(text.replace("localhost:8123", "evil.example"), NOW));
    assertEquals(
        Check.DOMAIN, refused(text.replace("localhost:8123", "localhost.evil.example"), NOW));
    assertEquals(Check.DOMAIN, refused(text.replace("localhost:8123", "evil@localhost"), NOW));
    assertEquals(
        Check.ADDRESS,
        refused(text.replace(WALLET.address().checksummed(), OTHER.address().checksummed()), NOW));
    assertEquals(
        Check.URI, refused(text.replace("cairn://example.org/", "cairn://example.com/"), NOW));
    assertEquals(Check.CHAIN, refused(text.replace("Chain ID: 1", "Chain ID: 5"), NOW));
    assertEquals(Check.NONCE, refused(text.replace(NONCE, NONCE + "0"), NOW));
    assertEquals(Check.ISSUED_AT, refused(text, NOW.minus(Duration.ofMinutes(10))));
    String old = text.replace("Issued At: 2026-11-24T12:00", "Issued At: 2026-11-24T11:00");
    assertEquals(Check.ISSUED_AT, refused(old, NOW));
    String longLived =
        text.replace("Expiration Time: 2026-11-24T12:05", "Expiration Time: 2027-11-24T12:05");
    assertEquals(Check.ISSUED_AT, refused(longLived, NOW.plus(Duration.ofMinutes(10))));
    assertEquals(
        Check.EXPIRATION,
        refused(text.replace("Time: 2026-11-24T12:05", "Time: 2026-11-24T11:55"), NOW));
    assertEquals(
        Check.EXPIRATION,
        refused(text.replace("\nExpiration Time: 2026-11-24T12:05:00Z", ""), NOW));
    assertEquals(Check.EXPIRATION, refused(text + "\nNot Before: 2026-11-24T12:04:00+00:00", NOW));
    try (WalletSignature foreign = OTHER.signText(text)) {
      assertEquals(
          Check.SIGNATURE,
          assertThrows(
                  SignInRefusedException.class,
                  () -> SignInMessage.verify(text, foreign, expected(NOW)))
              .check());
    }
  }

  @Test
  void eachCheckOfTheTypedDataFailsAlone() {
    SignInTypedData good = typed();
    long issued = good.issuedAt();
    long end = good.expiration();
    EthereumAddress mine = WALLET.address();
    assertEquals(
        Check.DOMAIN,
        refused(new SignInTypedData("evil.example", mine, URI, 1, NONCE, issued, end), NOW));
    assertEquals(
        Check.ADDRESS,
        refused(
            new SignInTypedData("localhost", OTHER.address(), URI, 1, NONCE, issued, end), NOW));
    assertEquals(
        Check.URI,
        refused(new SignInTypedData("localhost", mine, URI + "x", 1, NONCE, issued, end), NOW));
    assertEquals(
        Check.CHAIN,
        refused(new SignInTypedData("localhost", mine, URI, 2, NONCE, issued, end), NOW));
    assertEquals(
        Check.NONCE,
        refused(new SignInTypedData("localhost", mine, URI, 1, NONCE + "0", issued, end), NOW));
    assertEquals(
        Check.ISSUED_AT,
        refused(new SignInTypedData("localhost", mine, URI, 1, NONCE, issued + 600, end), NOW));
    assertEquals(
        Check.EXPIRATION,
        refused(new SignInTypedData("localhost", mine, URI, 1, NONCE, issued, issued - 300), NOW));
    try (WalletSignature foreign = OTHER.signTypedData(good.json())) {
      assertEquals(
          Check.SIGNATURE,
          assertThrows(SignInRefusedException.class, () -> good.verify(foreign, expected(NOW)))
              .check());
    }
  }

  /** The examples of EIP-4361, with a real address. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        example.com wants you to sign in with your Ethereum account:
        0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2

        I accept the ExampleOrg Terms of Service: https://example.com/tos

        URI: https://example.com/login
        Version: 1
        Chain ID: 1
        Nonce: 32891756
        Issued At: 2021-09-30T16:25:24Z
        Resources:
        - ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/
        - https://example.com/my-web2-claim.json\
        """,
        """
        example.com:3388 wants you to sign in with your Ethereum account:
        0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2


        URI: https://example.com/login
        Version: 1
        Chain ID: 1
        Nonce: 32891756
        Issued At: 2021-09-30T16:25:24.000Z
        Expiration Time: 2021-10-30T16:25:24+02:00
        Not Before: 2021-09-30T16:25:24Z
        Request ID: some-id_1\
        """
      })
  void whatTheStandardShowsIsRead(String text) {
    assertEquals(text, SignInMessage.parse(text).render());
  }

  @Test
  void spellingsThatTheStandardDoesNotKnowAreRefused() {
    String text = message().render();
    for (String bad :
        List.of(
            "",
            "\n" + text,
            text.replace("\n", "\r\n"),
            "https://" + text,
            text.replace(
                "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23",
                "0x2c7536e3605d9c16a7a3d7b1898e529396a65c23"),
            text.replace("Version: 1", "Version: 2"),
            text.replace("Chain ID: 1", "Chain ID: 01"),
            text.replace("Chain ID: 1", "Chain ID: -1"),
            text.replace("Chain ID: 1", "Chain ID: 99999999999999999999"),
            text.replace("Nonce: " + NONCE, "Nonce: short"),
            text.replace("12:00:00Z", "25:00:00Z"),
            text.replace("12:00:00Z", "12:00:00"),
            text.replace("Nonce", "nonce"),
            text.replace("\nNonce: " + NONCE, ""),
            text + "\nExpiration Time: 2026-11-24T12:05:00Z",
            text + "\nResources:",
            text + "\nResources:\nhttps://example.org",
            text + "\nRequest ID: a b",
            text.replace("backup.", "backup\u202e"),
            text.replace("cairn://example.org/login", "/login"),
            "a".repeat(SignInMessage.MAX_LENGTH) + text)) {
      assertThrows(MalformedTextException.class, () -> SignInMessage.parse(bad), bad);
    }
  }

  @Test
  void foreignTextRendersAsItWasReadOrIsRefused() {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    Random random = new Random(seed);
    String good = message().render() + "\nRequest ID: x\nResources:\n- https://example.org";
    int read = 0;
    for (int round = 0; round < 30_000; round++) {
      StringBuilder text = new StringBuilder(good);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
          case 0 -> text.setCharAt(at, (char) random.nextInt(0x100));
          case 1 -> text.deleteCharAt(at);
          case 2 -> text.insert(at, '\n');
          default -> text.setLength(Math.max(40, at));
        }
      }
      String altered = text.toString();
      try {
        assertEquals(altered, SignInMessage.parse(altered).render(), () -> "cairn.seed=" + seed);
        read++;
      } catch (MalformedTextException e) {
        assertTrue(!String.valueOf(e.getMessage()).isEmpty());
      }
    }
    assertTrue(read > 10, () -> "cairn.seed=" + seed);
  }

  @Test
  void fieldsThatWouldBreakOutOfTheTypedDataAreRefused() {
    for (String bad : List.of("", "a\"b", "a\\b", "a b", "a\nb", "\u00e9", "x".repeat(257))) {
      assertThrows(
          MalformedTextException.class,
          () -> new SignInTypedData(bad, WALLET.address(), URI, 1, NONCE, 0, 1));
      assertThrows(
          MalformedTextException.class,
          () -> new SignInTypedData("localhost", WALLET.address(), bad, 1, NONCE, 0, 1));
      assertThrows(
          MalformedTextException.class,
          () -> new SignInTypedData("localhost", WALLET.address(), URI, 1, bad, 0, 1));
    }
    assertThrows(
        MalformedTextException.class,
        () -> new SignInTypedData("localhost", WALLET.address(), URI, -1, NONCE, 0, 1));
    assertThrows(
        MalformedTextException.class,
        () -> new SignInTypedData("localhost", WALLET.address(), URI, 1, NONCE, -1, 1));
  }

  @Test
  void eachFieldOfTheTypedDataIsSigned() {
    Bytes digest = typed().digest();
    SignInTypedData good = typed();
    List<SignInTypedData> others =
        List.of(
            new SignInTypedData(
                "localhost:1", good.address(), URI, 1, NONCE, good.issuedAt(), good.expiration()),
            new SignInTypedData(
                good.site(), OTHER.address(), URI, 1, NONCE, good.issuedAt(), good.expiration()),
            new SignInTypedData(
                good.site(),
                good.address(),
                URI + "x",
                1,
                NONCE,
                good.issuedAt(),
                good.expiration()),
            new SignInTypedData(
                good.site(), good.address(), URI, 2, NONCE, good.issuedAt(), good.expiration()),
            new SignInTypedData(
                good.site(),
                good.address(),
                URI,
                1,
                NONCE + "0",
                good.issuedAt(),
                good.expiration()),
            new SignInTypedData(
                good.site(), good.address(), URI, 1, NONCE, good.issuedAt() + 1, good.expiration()),
            new SignInTypedData(
                good.site(),
                good.address(),
                URI,
                1,
                NONCE,
                good.issuedAt(),
                good.expiration() + 1));
    for (SignInTypedData other : others) {
      assertTrue(!other.digest().equals(digest), other.toString());
    }
    assertEquals(Optional.of(WALLET.address()), signerOf(digest));
  }

  private static Optional<EthereumAddress> signerOf(Bytes digest) {
    try (WalletSignature signature = WalletSignature.of(WALLET.sign(digest))) {
      return signature.signer(digest);
    }
  }

  @Test
  void typedDataIsReadBackFromItsOneSpelling() {
    SignInTypedData data = typed();
    assertEquals(data, SignInTypedData.parse(data.json()));
    for (String other :
        List.of(
            "",
            data.json() + " ",
            data.json().replace(",", ", "),
            data.json().replace("\"uint64\"", "\"uint32\""),
            data.json().replace("\"name\":\"Cairn\"", "\"name\":\"Other\""),
            data.json().replace("Sign in to your Cairn backup", "Give everything away"),
            data.json().replace("\"chainId\":1", "\"chainId\":01"),
            data.json().replace("0x2c75", "0X2C75"),
            data.json().replace("localhost", "\\u006cocalhost"),
            "x".repeat(SignInTypedData.MAX_LENGTH + 1))) {
      assertThrows(MalformedTextException.class, () -> SignInTypedData.parse(other), other);
    }
  }

  @Test
  void noTypedDataDoesMoreThanBeRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String good = typed().json();
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder(good);
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) random.nextInt(0x250));
          case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(40)));
          default -> text.insert(at, text.charAt(random.nextInt(text.length())));
        }
      }
      try {
        SignInTypedData read = SignInTypedData.parse(text.toString());
        assertEquals(text.toString(), read.json(), "seed " + seed);
      } catch (MalformedTextException e) {
        assertTrue(String.valueOf(e.getMessage()).length() < 200, "seed " + seed);
      }
    }
  }

  @Test
  void theUriOfAServiceFollowsFromItsName() {
    assertEquals("cairn://backup.example.org", SignInUri.of("backup.example.org"));
    assertEquals("cairn://a%20b%2F%C3%A9%22", SignInUri.of("a b/é\""));
  }
}
