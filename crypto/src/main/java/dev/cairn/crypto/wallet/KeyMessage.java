package dev.cairn.crypto.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.UserId;
import java.security.SecureRandom;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The text whose signature a wallet's key comes from. Whoever sees that signature opens the backup,
 * so it is signed on the owner's own machine only and never sent.
 *
 * <p>It holds 32 random bytes, so nobody can prepare it for a wallet before its owner enrols, and a
 * signature under one account says nothing about another. It is stored exactly as it was signed and
 * <b>never rebuilt</b>: a template whose wording changes would lose the key. What comes back from
 * the provider is checked against this grammar before a wallet is asked to sign it, so that a lying
 * provider cannot have something else signed:
 *
 * <pre>
 * Cairn backup key                               the first line, and no other text that we let sign starts so
 * (empty line)
 * any lines of prose, printable, at most 1 KiB   free to change
 * (empty line)
 * Server: NAME
 * Address: 0x…                                   EIP-55
 * User: 26 characters
 * Random: 64 lower-case hexadecimal digits       the end, no line feed
 * </pre>
 *
 * @param text the exact text
 * @param serverName the server's name, as the owner has pinned it
 */
public record KeyMessage(String text, String serverName, EthereumAddress address, UserId userId) {
  private static final String FIRST = "Cairn backup key";
  private static final int MAX_PROSE = 1024;
  private static final int RANDOM_SIZE = 32;
  private static final Pattern RANDOM = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SERVER_NAME = Pattern.compile("[\\x21-\\x7e]{1,255}");
  private static final List<String> PROSE =
      List.of(
          "Signing this text opens your backup: the signature is its key.",
          "Sign it only when Cairn on your own machine asks you to, and give the signature to nobody.");

  /** Checks the text against the grammar. */
  public KeyMessage {
    List<String> lines = List.of(text.split("\n", -1));
    int count = lines.size();
    require(count >= 7, "it is too short");
    require(lines.get(0).equals(FIRST), "the first line is another one");
    require(
        lines.get(1).isEmpty() && lines.get(count - 5).isEmpty(), "its parts are not set apart");
    int prose = 0;
    for (String line : lines.subList(2, Math.max(2, count - 5))) {
      prose += line.length() + 1;
      require(line.chars().allMatch(KeyMessage::isPrintable), "it has characters that do not show");
      // The words by which EIP-4361 and transactions are known to wallets.
      require(!line.contains("wants you to"), "its prose asks for something else");
    }
    require(prose <= MAX_PROSE, "its prose is too long");
    require(SERVER_NAME.matcher(serverName).matches(), "the server name does not show");
    require(lines.get(count - 4).equals("Server: " + serverName), "it is for another server");
    require(
        lines.get(count - 3).equals("Address: " + address.checksummed()),
        "it is for another address");
    require(lines.get(count - 2).equals("User: " + userId.value()), "it is for another user");
    String last = lines.get(count - 1);
    require(
        last.startsWith("Random: ") && RANDOM.matcher(last.substring(8)).matches(),
        "its random part is missing");
  }

  /** A fresh one, with today's wording. */
  public static KeyMessage create(
      String serverName, EthereumAddress address, UserId userId, SecureRandom random) {
    byte[] bytes = new byte[RANDOM_SIZE];
    random.nextBytes(bytes);
    String text =
        FIRST
            + "\n\n"
            + String.join("\n", PROSE)
            + "\n\nServer: "
            + serverName
            + "\nAddress: "
            + address.checksummed()
            + "\nUser: "
            + userId.value()
            + "\nRandom: "
            + Bytes.wrap(bytes).hex();
    return new KeyMessage(text, serverName, address, userId);
  }

  /**
   * Checks what was stored, against what the owner knows.
   *
   * @param stored the parameters of the wallet's wrap, UTF-8
   * @throws MalformedTextException if it is no key message, or one for somebody or something else;
   *     a wallet must not be asked to sign it
   */
  public static KeyMessage check(
      Bytes stored, String serverName, EthereumAddress address, UserId userId) {
    require(stored.size() <= 4096, "it is too long");
    String text = new String(stored.toByteArray(), java.nio.charset.StandardCharsets.UTF_8);
    require(Bytes.utf8(text).equals(stored), "it is not UTF-8");
    return new KeyMessage(text, serverName, address, userId);
  }

  /** The exact bytes that are stored and signed. */
  public Bytes bytes() {
    return Bytes.utf8(text);
  }

  private static boolean isPrintable(int character) {
    return character >= ' ' && character < 0x7f;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new MalformedTextException("This is not the key message of this account: " + otherwise);
    }
  }
}
