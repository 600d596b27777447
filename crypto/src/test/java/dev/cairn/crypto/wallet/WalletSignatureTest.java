package dev.cairn.crypto.wallet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Sign;

final class WalletSignatureTest {
  private static final TestWallet WALLET =
      new TestWallet("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");
  private static final BigInteger ORDER = Sign.CURVE_PARAMS.getN();

  /** The mail of EIP-712, with the signature that the EIP's own test gives. */
  static final String MAIL =
      """
      {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},
      {"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],
      "Person":[{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
      "Mail":[{"name":"from","type":"Person"},{"name":"to","type":"Person"},{"name":"contents","type":"string"}]},
      "primaryType":"Mail","domain":{"name":"Ether Mail","version":"1","chainId":1,
      "verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
      "message":{"from":{"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
      "to":{"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},"contents":"Hello, Bob!"}}
      """;

  @Test
  void theExampleOfEip712() {
    Bytes digest = WalletDigests.ofTypedData(MAIL);
    assertEquals("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", digest.hex());
    try (WalletSignature signature =
        WalletSignature.parse(
            ("0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
                    + "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c")
                .toCharArray())) {
      assertEquals(
          Optional.of(EthereumAddress.parse("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826")),
          signature.signer(digest));
    }
  }

  @Test
  void aPublishedSignatureOfAText() {
    Bytes digest = WalletDigests.ofText(Bytes.utf8("Some data"));
    assertEquals("1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655", digest.hex());
    assertEquals(
        "a1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2",
        WalletDigests.ofText(Bytes.utf8("Hello World")).hex());
    String hex =
        "b91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd"
            + "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a029";
    try (WalletSignature signature = WalletSignature.parse(("0x" + hex + "1c").toCharArray())) {
      assertEquals(
          Optional.of(EthereumAddress.parse("0x2c7536E3605D9C16a7a3D7b1898e529396a65c23")),
          signature.signer(digest));
    }
    assertEquals(hex + "1c", Bytes.wrap(WALLET.sign(digest)).hex(), "RFC 6979 gives just that");
  }

  /** EIP-2098's own examples. */
  @Test
  void theCompactForm() {
    String[][] examples = {
      {
        "68a020a209d3d56c46f38cc50a33f704f4a9a10a59377f8dd762ac66910e9b90"
            + "7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064",
        "68a020a209d3d56c46f38cc50a33f704f4a9a10a59377f8dd762ac66910e9b90"
            + "7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea520641b"
      },
      {
        "9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76"
            + "939c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793",
        "9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76"
            + "139c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f5507931c"
      }
    };
    for (String[] example : examples) {
      try (WalletSignature compact = WalletSignature.parse(example[0].toCharArray());
          WalletSignature full = WalletSignature.parse(example[1].toCharArray())) {
        assertTrue(compact.isSameAs(full));
        Bytes digest = WalletDigests.ofText(Bytes.utf8("any"));
        assertEquals(full.signer(digest), compact.signer(digest));
      }
    }
  }

  @Test
  void highSIsTheSameSignature() {
    Bytes digest = WalletDigests.ofText(Bytes.utf8("high"));
    byte[] low = WALLET.sign(digest);
    byte[] high = low.clone();
    BigInteger s = ORDER.subtract(new BigInteger(1, low, 32, 32));
    System.arraycopy(BigIntegers.asUnsignedByteArray(32, s), 0, high, 32, 32);
    high[64] = (byte) (low[64] == 27 ? 28 : 27);
    byte[] bit = low.clone();
    bit[64] = (byte) (low[64] - 27);
    try (WalletSignature one = WalletSignature.of(low);
        WalletSignature two = WalletSignature.of(high);
        WalletSignature three = WalletSignature.of(bit)) {
      assertTrue(one.isSameAs(two));
      assertTrue(one.isSameAs(three));
      for (WalletSignature each : new WalletSignature[] {one, two, three}) {
        assertEquals(Optional.of(WALLET.address()), each.signer(digest));
      }
      try (var rs = two.rs()) {
        assertArrayEquals(Arrays.copyOf(low, 64), rs.copyMaterial());
      }
    }
  }

  @Test
  void eachFlippedBitIsAnotherSigner() {
    Bytes digest = WalletDigests.ofText(Bytes.utf8("bits"));
    byte[] good = WALLET.sign(digest);
    for (int bit = 0; bit < 64 * 8; bit++) {
      byte[] flipped = good.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      Optional<EthereumAddress> signer;
      try (WalletSignature signature = WalletSignature.of(flipped)) {
        signer = signature.signer(digest);
      } catch (MalformedTextException e) {
        continue;
      }
      assertNotEquals(Optional.of(WALLET.address()), signer, "bit " + bit);
    }
  }

  @Test
  void numbersOutsideTheOrderAreRefused() {
    byte[] good = WALLET.sign(WalletDigests.ofText(Bytes.utf8("bounds")));
    for (int from : new int[] {0, 32}) {
      for (BigInteger number :
          new BigInteger[] {
            BigInteger.ZERO,
            ORDER,
            ORDER.add(BigInteger.ONE),
            BigInteger.TWO.pow(256).subtract(BigInteger.ONE)
          }) {
        byte[] bad = good.clone();
        System.arraycopy(BigIntegers.asUnsignedByteArray(32, number), 0, bad, from, 32);
        assertThrows(MalformedTextException.class, () -> WalletSignature.of(bad));
      }
    }
    for (int v : new int[] {2, 3, 26, 29, 35, 37, 255}) {
      byte[] bad = good.clone();
      bad[64] = (byte) v;
      assertThrows(MalformedTextException.class, () -> WalletSignature.of(bad));
    }
  }

  @Test
  void foreignTextIsReadOrRefusedAndNeverShown() {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    Random random = new Random(seed);
    String good =
        "0x" + HexFormat.of().formatHex(WALLET.sign(WalletDigests.ofText(Bytes.utf8("fuzz"))));
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder(good);
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) random.nextInt(0x180));
          case 1 -> text.deleteCharAt(at);
          default -> text.insert(at, (char) ('0' + random.nextInt(10)));
        }
      }
      try (WalletSignature signature = WalletSignature.parse(text.toString().toCharArray())) {
        assertFalse(signature.toString().contains("0x"));
      } catch (MalformedTextException e) {
        refused++;
        assertFalse(
            e.toString().contains(good.substring(10, 30)), () -> "cairn.seed=" + seed + ": " + e);
      }
    }
    assertTrue(refused > 1000, "cairn.seed=" + seed);
  }

  @Test
  void typedDataThatIsNoneIsRefused() {
    for (String bad :
        new String[] {
          "",
          "null",
          "{}",
          "[]",
          "{\"types\":{}}",
          MAIL.replace("\"primaryType\":\"Mail\"", "\"primaryType\":\"Post\""),
          MAIL.replace("\"chainId\":1", "\"chainId\":\"x\""),
          MAIL.replace("uint256", "uint257x"),
          "x".repeat(WalletDigests.MAX_TYPED_DATA + 1)
        }) {
      assertThrows(MalformedTextException.class, () -> WalletDigests.ofTypedData(bad), bad);
    }
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder(MAIL);
      for (int change = random.nextInt(4); change >= 0; change--) {
        text.setCharAt(random.nextInt(text.length()), (char) (32 + random.nextInt(95)));
      }
      try {
        assertEquals(32, WalletDigests.ofTypedData(text.toString()).size());
      } catch (MalformedTextException e) {
        assertTrue(e.toString().contains("EIP-712"), () -> "cairn.seed=" + seed);
      }
    }
  }
}
