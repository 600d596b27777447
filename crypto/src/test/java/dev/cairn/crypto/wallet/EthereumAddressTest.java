package dev.cairn.crypto.wallet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.crypto.MalformedTextException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EthereumAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = { // of EIP-55
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
      })
  void theChecksumIsThatOfTheStandard(String spelled) {
    EthereumAddress address = EthereumAddress.parse(spelled);
    assertEquals(spelled, address.checksummed());
    assertEquals(spelled, address.toString());
    String lower = spelled.toLowerCase(Locale.ROOT);
    assertEquals(lower, address.lowerCase());
    assertEquals(address, EthereumAddress.parse(lower));
    assertEquals(
        address, EthereumAddress.parse("0x" + spelled.substring(2).toUpperCase(Locale.ROOT)));
  }

  @Test
  void eachChangedCaseIsFound() {
    String spelled = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    int letters = 0;
    for (int i = 2; i < spelled.length(); i++) {
      char c = spelled.charAt(i);
      if (Character.isLetter(c)) {
        char other = Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c);
        String changed = spelled.substring(0, i) + other + spelled.substring(i + 1);
        assertThrows(MalformedTextException.class, () -> EthereumAddress.parse(changed));
        letters++;
      }
    }
    assertEquals(18, letters);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0x",
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed0",
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg",
        " 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed\n"
      })
  void anythingElseIsRefused(String text) {
    assertThrows(MalformedTextException.class, () -> EthereumAddress.parse(text));
  }
}
