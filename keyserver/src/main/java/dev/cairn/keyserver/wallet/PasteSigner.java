package dev.cairn.keyserver.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.crypto.wallet.KeyMessage;
import dev.cairn.crypto.wallet.SignInForm;
import dev.cairn.crypto.wallet.WalletDigests;
import dev.cairn.crypto.wallet.WalletSignature;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.WrongSecretException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A wallet elsewhere: each text is shown, its owner has it signed as an Ethereum message ({@code
 * personal_sign}) wherever the wallet is, and pastes the signature.
 */
public final class PasteSigner implements WalletSigner {
  private static final String RULE = "-".repeat(72);

  private final Terminal terminal;
  private final Clock clock;
  private @Nullable EthereumAddress address;
  private Optional<Bytes> lastKeyMessage = Optional.empty();

  PasteSigner(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /** Through this terminal. */
  public static PasteSigner at(Terminal terminal) {
    return new PasteSigner(terminal, Clock.systemUTC());
  }

  @Override
  public EthereumAddress address() {
    EthereumAddress known = address;
    if (known == null) {
      try {
        known = EthereumAddress.parse(terminal.ask("Ethereum address of the wallet: ").strip());
      } catch (MalformedTextException e) {
        throw new MalformedInputException(e.getMessage() + ". Nothing was sent", e);
      }
      address = known;
    }
    return known;
  }

  @Override
  public SignedLogin signLogin(LoginRequest request) {
    String text = LoginTexts.of(LoginTexts.OWN_MACHINE, address(), request, clock).text();
    terminal.show(
        "Sign this text with the account "
            + address()
            + " to log in. The signature proves who you are; it opens nothing."
            + " It must be here before "
            + request.expiry()
            + ".");
    show(text);
    char[] typed = terminal.ask("Signature (0x…): ").toCharArray();
    try (WalletSignature signature = read(typed, Bytes.utf8(text))) {
      return new SignedLogin(SignInForm.EIP_4361, text, signature.open());
    }
  }

  @Override
  public WalletSignature signKeyMessage(KeyMessage message) {
    boolean again = lastKeyMessage.filter(message.bytes()::equals).isPresent();
    lastKeyMessage = Optional.of(message.bytes());
    if (again) {
      terminal.show(
          "Sign the same text once more: only a wallet that gives the same signature each time can"
              + " be used. Paste what the wallet answers now, not a copy of the first answer.");
    } else {
      terminal.show(
          "Sign this text with the account "
              + address()
              + ". The signature IS the key of your backup: it is used on this machine only, is not"
              + " sent, and is not stored. Give it to nobody, and clear the clipboard afterwards.");
    }
    show(message.text());
    return read(terminal.askSecret("Signature (not shown): "), message.bytes());
  }

  private void show(String text) {
    terminal.show(RULE + "\n" + text + "\n" + RULE);
    terminal.show(
        "The text is what stands between the lines, without a line break at its end. As hexadecimal, for"
            + " wallets that take bytes: 0x"
            + Bytes.utf8(text).hex());
  }

  private WalletSignature read(char[] typed, Bytes text) {
    char[] stripped = stripped(typed);
    try {
      WalletSignature signature = WalletSignature.parse(stripped);
      if (signature.signer(WalletDigests.ofText(text)).filter(address()::equals).isEmpty()) {
        signature.close();
        throw new WrongSecretException(
            "That is not the signature of this text by "
                + address()
                + ": another account signed, or the text was changed on its way (a missing line, a line"
                + " break at its end). Nothing was changed");
      }
      return signature;
    } catch (MalformedTextException e) {
      throw new MalformedInputException(e.getMessage() + ". Nothing was changed", e);
    } finally {
      Arrays.fill(typed, '\0');
      Arrays.fill(stripped, '\0');
    }
  }

  private static char[] stripped(char[] typed) {
    int from = 0;
    int to = typed.length;
    while (from < to && Character.isWhitespace(typed[from])) {
      from++;
    }
    while (to > from && Character.isWhitespace(typed[to - 1])) {
      to--;
    }
    return Arrays.copyOfRange(typed, from, to);
  }

  @Override
  public void close() {}
}
