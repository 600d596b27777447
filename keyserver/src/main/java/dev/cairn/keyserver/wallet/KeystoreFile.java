package dev.cairn.keyserver.wallet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.crypto.wallet.SealedPrivateKey;
import dev.cairn.schemas.http.HttpJson;
import java.util.Locale;
import java.util.Optional;

/**
 * The JSON of an encrypted keystore, version 3, as Geth, MetaMask's exports, ethers and many others
 * write it.
 *
 * @param address what the file says its account is; some leave it out
 */
record KeystoreFile(SealedPrivateKey key, Optional<EthereumAddress> address) {
  /** Bytes of a file that are looked at. */
  static final int MAX_BYTES = 64 * 1024;

  private static final int VERSION = 3;

  /**
   * Reads the JSON.
   *
   * @throws MalformedTextException if it is no keystore of version 3
   */
  static KeystoreFile parse(String json) {
    JsonNode root;
    try {
      root = HttpJson.lenient().readTree(json);
    } catch (JsonProcessingException e) {
      throw malformed("it is no JSON");
    }
    if (root == null || !root.isObject()) {
      throw malformed("it is no JSON object");
    }
    if (root.path("version").asInt(0) != VERSION) {
      throw malformed("its version is another one");
    }
    // Old writers capitalise it.
    JsonNode crypto = root.has("crypto") ? root.path("crypto") : root.path("Crypto");
    if (!text(crypto, "cipher").equals("aes-128-ctr")) {
      throw malformed("its cipher is not aes-128-ctr");
    }
    SealedPrivateKey key =
        new SealedPrivateKey(
            kdf(text(crypto, "kdf"), crypto.path("kdfparams")),
            hex(crypto.path("cipherparams"), "iv"),
            hex(crypto, "ciphertext"),
            hex(crypto, "mac"));
    return new KeystoreFile(key, address(root.path("address")));
  }

  private static SealedPrivateKey.Kdf kdf(String name, JsonNode params) {
    if (number(params, "dklen") != 32) {
      throw malformed("its dklen is not 32");
    }
    Bytes salt = hex(params, "salt");
    return switch (name) {
      case "scrypt" ->
          new SealedPrivateKey.Scrypt(
              number(params, "n"), number(params, "r"), number(params, "p"), salt);
      case "pbkdf2" -> {
        if (!text(params, "prf").equals("hmac-sha256")) {
          throw malformed("its prf is not hmac-sha256");
        }
        yield new SealedPrivateKey.Pbkdf2(number(params, "c"), salt);
      }
      default -> throw malformed("its kdf is neither scrypt nor pbkdf2");
    };
  }

  private static Optional<EthereumAddress> address(JsonNode node) {
    if (!node.isTextual() || node.textValue().isEmpty()) {
      return Optional.empty();
    }
    String text = node.textValue();
    String digits = text.startsWith("0x") ? text.substring(2) : text;
    return Optional.of(EthereumAddress.parse("0x" + digits.toLowerCase(Locale.ROOT)));
  }

  private static String text(JsonNode parent, String name) {
    JsonNode node = parent.path(name);
    if (!node.isTextual()) {
      throw malformed("it has no " + name);
    }
    return node.textValue();
  }

  private static int number(JsonNode parent, String name) {
    JsonNode node = parent.path(name);
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw malformed("its " + name + " is no number");
    }
    return node.intValue();
  }

  private static Bytes hex(JsonNode parent, String name) {
    try {
      return Bytes.fromHex(text(parent, name).toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw malformed("its " + name + " is not hexadecimal");
    }
  }

  private static MalformedTextException malformed(String why) {
    return new MalformedTextException("This is no keystore of version 3: " + why);
  }
}
