package dev.cairn.keyserver.wallet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.wallet.WalletDigests;
import dev.cairn.crypto.wallet.WalletKeyPair;
import dev.cairn.crypto.wallet.WalletSignature;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.WrongSecretException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A wallet elsewhere, by copy and paste. */
final class PasteSignerTest {
  private static final String SERVER = "backup.example.org";

  private static WalletKeyPair pair(String last) {
    return WalletKeyPair.takeOwnershipOf(
        SecretBytes.takeCopyOf(
            Bytes.fromHex(
                "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f3623" + last)));
  }

  /** Somebody who signs what stands between the lines. */
  private static final class Person implements Terminal {
    private final WalletKeyPair wallet;
    private final UnaryOperator<String> slip;
    private final List<String> shown = new ArrayList<>();
    private final List<String> secretPrompts = new ArrayList<>();

    Person(WalletKeyPair wallet, UnaryOperator<String> slip) {
      this.wallet = wallet;
      this.slip = slip;
    }

    @Override
    public void show(String lines) {
      shown.add(lines);
    }

    @Override
    public String ask(String prompt) {
      return prompt.contains("address") ? " " + pair("18").address() + "\n" : sign();
    }

    @Override
    public char[] askSecret(String prompt) {
      secretPrompts.add(prompt);
      return sign().toCharArray();
    }

    private String sign() {
      String framed = shown.get(shown.size() - 2);
      String text = framed.substring(framed.indexOf('\n') + 1, framed.lastIndexOf('\n'));
      try (WalletSignature signature =
          wallet.sign(WalletDigests.ofText(Bytes.utf8(slip.apply(text))))) {
        return "  0x" + signature.open().hex() + " ";
      }
    }
  }

  private static LoginRequest request() {
    return new LoginRequest(
        "cairn://" + SERVER,
        1,
        "abcdefgh12345678",
        Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(600));
  }

  @Test
  void logsInAndEnrols() {
    UserId user = UserId.random(new SecureRandom());
    try (WalletKeyPair wallet = pair("18")) {
      Person person = new Person(wallet, text -> text);
      PasteSigner signer = PasteSigner.at(person);
      assertTrue(signer.signLogin(request()).message().startsWith("localhost wants you to"));
      try (EnrolledWallet enrolled = WalletKeys.enrol(signer, SERVER, user, new SecureRandom())) {
        assertEquals(wallet.address(), enrolled.address());
      }
      assertEquals(2, person.secretPrompts.size(), "the key's signature is not shown");
      assertTrue(
          person.shown.stream().anyMatch(lines -> lines.contains("once more")), "the second time");
    }
  }

  @Test
  void anotherAccountOrAnAlteredTextIsSaid() {
    try (WalletKeyPair other = pair("19");
        WalletKeyPair wallet = pair("18")) {
      assertThrows(
          WrongSecretException.class,
          () -> PasteSigner.at(new Person(other, text -> text)).signLogin(request()));
      assertThrows(
          WrongSecretException.class,
          () -> PasteSigner.at(new Person(wallet, text -> text + "\n")).signLogin(request()));
    }
  }

  @Test
  void whatIsNoSignatureOrNoAddressIsRefused() {
    Terminal careless =
        new Terminal() {
          @Override
          public void show(String lines) {}

          @Override
          public String ask(String prompt) {
            return prompt.contains("address") ? pair("18").address().checksummed() : "0x1234";
          }

          @Override
          public char[] askSecret(String prompt) {
            return new char[0];
          }
        };
    MalformedInputException e =
        assertThrows(
            MalformedInputException.class, () -> PasteSigner.at(careless).signLogin(request()));
    assertFalse(e.getMessage().contains("1234"), "what was pasted is not repeated");
  }
}
