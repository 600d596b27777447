package dev.cairn.crypto.wallet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.bundle.KeyWrap;
import dev.cairn.crypto.bundle.KeyWraps;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.crypto.bundle.WrapBrokenException;
import dev.cairn.crypto.bundle.WrapKind;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WalletKekTest {
  private static final TestWallet WALLET =
      new TestWallet("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");
  private static final TestWallet OTHER =
      new TestWallet("5c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");
  private static final UserId USER = new UserId("abcdefghijklmnopqrstuvwxyz");
  private static final String SERVER = "example.org";

  /** As it was signed when this was written. Never change it: bundles in the world depend on it. */
  private static final String OF_TODAY =
      """
      Cairn backup key

      Signing this text opens your backup: the signature is its key.
      Sign it only when Cairn on your own machine asks you to, and give the signature to nobody.

      Server: example.org
      Address: 0x2c7536E3605D9C16a7a3D7b1898e529396a65c23
      User: abcdefghijklmnopqrstuvwxyz
      Random: 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\
      """;

  private static KeyMessage check(String text) {
    return KeyMessage.check(Bytes.utf8(text), SERVER, WALLET.address(), USER);
  }

  private static BundleContent content() {
    byte[] key = new byte[BackupKey.SIZE];
    key[0] = 7;
    return new BundleContent(
        WALLET.address().lowerCase(),
        USER,
        List.of(new VersionedKey(1, BackupKey.takeOwnershipOf(key))),
        Optional.empty());
  }

  @Test
  void aBundleOpensWithTheSignatureOfItsStoredText() throws Exception {
    KeyMessage message = KeyMessage.create(SERVER, WALLET.address(), USER, new SecureRandom());
    KeyWrap wrap;
    try (WalletSignature first = WALLET.signText(message.text());
        WalletSignature second = WALLET.signText(message.text());
        Kek kek = WalletKek.enrol(message, first, second);
        BundleContent content = content()) {
      assertEquals(WrapKind.WALLET, kek.kind());
      wrap = KeyWraps.wrap(kek, 1, message.bytes(), content);
    }
    KeyMessage stored = KeyMessage.check(wrap.parameters(), SERVER, WALLET.address(), USER);
    assertEquals(message, stored);
    try (WalletSignature signature = WALLET.signText(stored.text());
        Kek kek = WalletKek.recover(stored, signature);
        BundleContent opened = KeyWraps.unwrap(kek, USER, 1, wrap)) {
      assertEquals(1, opened.keys().size());
    }
    // The same wallet over another text, for example a rebuilt one, opens nothing.
    KeyMessage rebuilt = KeyMessage.create(SERVER, WALLET.address(), USER, new SecureRandom());
    try (WalletSignature signature = WALLET.signText(rebuilt.text());
        Kek kek = WalletKek.recover(rebuilt, signature)) {
      assertThrows(WrapBrokenException.class, () -> KeyWraps.unwrap(kek, USER, 1, wrap));
    }
  }

  @Test
  void theWordingOfTodayOpensTomorrow() throws Exception {
    KeyMessage today = check(OF_TODAY);
    KeyMessage reworded =
        check(
            OF_TODAY.replace(
                "Signing this text opens your backup: the signature is its key.",
                "Another year, other words.\nAnd a line more."));
    assertNotEquals(today, reworded);
    // A bundle as it was enrolled under this text; a change of any step shows here.
    KeyWrap enrolled =
        new KeyWrap(
            WrapKind.WALLET,
            Bytes.utf8(OF_TODAY),
            Bytes.fromHex("316c7d3c1502825693964dc0e863f5c42cd53ebe934352ebbce9c1bd35402bbe"),
            Bytes.fromHex("0b79f3481f56dc98066da044b72be179f52fa0b01d6ed3f4"),
            Bytes.fromHex(
                "bb6d1d8a91a747722d1d417dcdfc6eb6a74a9db16488f94f4df0158c1c53ab8c"
                    + "ba273ae8368222f286dcca851b6f96b538c048a3a8d0ca1b6f5ce5bcd1e6808c"
                    + "eb3cd7907863c0c446869c5e39b41c9e6c66e722a7b82d7358988768f5e9486c"
                    + "84fc1e1a45ff42fcf6afcc01a40adde2a2ec804c1c4a3ad467181a18f38d06b3"
                    + "e54236db18f9da87f0788aff96616f6d"));
    KeyMessage stored = KeyMessage.check(enrolled.parameters(), SERVER, WALLET.address(), USER);
    try (WalletSignature signature = WALLET.signText(stored.text());
        Kek kek = WalletKek.recover(stored, signature);
        BundleContent opened = KeyWraps.unwrap(kek, USER, 1, enrolled)) {
      assertEquals(WALLET.address().lowerCase(), opened.identity());
      assertEquals(1, opened.keys().size());
    }
  }

  @Test
  void aSignerThatAddsRandomnessIsFoundOutAtEnrolment() {
    KeyMessage message = check(OF_TODAY);
    // Another valid signature of the same text by the same key: what a hedged signer would give.
    byte[] hedged =
        HedgedSigner.sign(
            "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318",
            WalletDigests.ofText(message.bytes()));
    try (WalletSignature first = WALLET.signText(OF_TODAY);
        WalletSignature second = WalletSignature.of(hedged)) {
      assertEquals(
          Optional.of(WALLET.address()), second.signer(WalletDigests.ofText(message.bytes())));
      UnsuitableWalletException e =
          assertThrows(
              UnsuitableWalletException.class, () -> WalletKek.enrol(message, first, second));
      assertTrue(e.toString().contains("signed the same text twice with different results"));
      assertTrue(e.toString().contains("Nothing was enrolled"));
    }
  }

  @Test
  void anotherAccountOfTheWalletIsNamed() {
    KeyMessage message = check(OF_TODAY);
    try (WalletSignature right = WALLET.signText(OF_TODAY);
        WalletSignature wrong = OTHER.signText(OF_TODAY)) {
      for (var attempt :
          List.<org.junit.jupiter.api.function.Executable>of(
              () -> WalletKek.enrol(message, wrong, wrong),
              () -> WalletKek.enrol(message, right, wrong),
              () -> WalletKek.recover(message, wrong))) {
        UnsuitableWalletException e = assertThrows(UnsuitableWalletException.class, attempt);
        assertTrue(e.toString().contains(WALLET.address().checksummed()));
      }
    }
  }

  @Test
  void noOtherTextIsAKeyMessage() {
    for (String bad :
        List.of(
            "",
            "Cairn backup key",
            OF_TODAY + "\n",
            "\n" + OF_TODAY,
            OF_TODAY.replace("Cairn backup key", "Cairn backup keys"),
            OF_TODAY.replace("Server: example.org", "Server: example.com"),
            OF_TODAY.replace("5c23\n", "5c24\n"),
            OF_TODAY.replace("User: abc", "User: bbc"),
            OF_TODAY.replace("Random: 00", "Random: 0"),
            OF_TODAY.replace("Random: 00", "Random: 0G"),
            OF_TODAY.replace("\n\nServer", "\nServer"),
            OF_TODAY.replace("key\n\nSigning", "key\nSigning"),
            OF_TODAY.replace("Signing this", "Signing \u202ethis"),
            OF_TODAY.replace("Signing this", "Signing\tthis"),
            OF_TODAY.replace("Signing this", "evil.example wants you to sign in with this"),
            OF_TODAY.replace("Signing", "x".repeat(1025)))) {
      assertThrows(MalformedTextException.class, () -> check(bad), bad);
    }
    String signIn =
        SignInMessage.create(
                "localhost",
                WALLET.address(),
                "cairn://example.org/login",
                1,
                "0123456789",
                java.time.Instant.EPOCH,
                java.time.Duration.ofMinutes(1))
            .render();
    assertThrows(MalformedTextException.class, () -> check(signIn));
    assertThrows(MalformedTextException.class, () -> SignInMessage.parse(OF_TODAY));
    assertThrows(
        MalformedTextException.class,
        () ->
            KeyMessage.check(
                Bytes.concat(Bytes.utf8("Cairn"), Bytes.fromHex("ff")),
                SERVER,
                WALLET.address(),
                USER));
  }

  @Test
  void theRandomPartIsFresh() {
    SecureRandom random = new SecureRandom();
    KeyMessage one = KeyMessage.create(SERVER, WALLET.address(), USER, random);
    KeyMessage two = KeyMessage.create(SERVER, WALLET.address(), USER, random);
    assertFalse(one.text().equals(two.text()));
    assertEquals(one, check(one.text()));
  }
}
