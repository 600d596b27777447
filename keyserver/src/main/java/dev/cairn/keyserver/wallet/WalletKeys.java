package dev.cairn.keyserver.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.wallet.KeyMessage;
import dev.cairn.crypto.wallet.UnsuitableWalletException;
import dev.cairn.crypto.wallet.WalletKek;
import dev.cairn.crypto.wallet.WalletSignature;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.WrongSecretException;
import java.security.SecureRandom;

/** The key that a wallet gives by signing. Stateless. */
public final class WalletKeys {
  private WalletKeys() {}

  /**
   * At enrolment: has a fresh message signed twice.
   *
   * @return the caller closes it
   * @throws MalformedInputException if the wallet does not sign the same text the same way
   */
  public static EnrolledWallet enrol(
      WalletSigner signer, String serverName, UserId userId, SecureRandom random) {
    KeyMessage message;
    try {
      message = KeyMessage.create(serverName, signer.address(), userId, random);
    } catch (MalformedTextException e) {
      throw new MalformedInputException(
          "The server's name cannot be shown to a wallet: " + e.getMessage(), e);
    }
    try (WalletSignature first = signer.signKeyMessage(message);
        WalletSignature second = signer.signKeyMessage(message)) {
      Kek kek = WalletKek.enrol(message, first, second);
      return new EnrolledWallet(signer.address(), kek, message.bytes());
    } catch (UnsuitableWalletException e) {
      signer.failed(String.valueOf(e.getMessage()));
      throw new MalformedInputException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * At recovery: has the stored message signed, after it was checked to be nothing else.
   *
   * @param parameters of the wallet's wrap, as the bundle holds them
   * @return the caller closes it; whether it opens the wrap is for the wrap to say
   * @throws IntegrityException if what was stored is no key message of this account: the wallet has
   *     not seen it
   * @throws WrongSecretException if another account signs
   */
  public static Kek recover(
      WalletSigner signer, Bytes parameters, String serverName, UserId userId) {
    KeyMessage message;
    try {
      message = KeyMessage.check(parameters, serverName, signer.address(), userId);
    } catch (MalformedTextException e) {
      String why =
          e.getMessage()
              + ". The wallet was not asked to sign it, and nothing was recovered; ask the provider";
      signer.failed(why);
      throw new IntegrityException(why, e);
    }
    try (WalletSignature signature = signer.signKeyMessage(message)) {
      return WalletKek.recover(message, signature);
    } catch (UnsuitableWalletException e) {
      signer.failed(String.valueOf(e.getMessage()));
      throw new WrongSecretException(String.valueOf(e.getMessage()), e);
    }
  }
}
