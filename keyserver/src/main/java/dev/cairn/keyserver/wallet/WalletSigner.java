package dev.cairn.keyserver.wallet;

import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.crypto.wallet.KeyMessage;
import dev.cairn.crypto.wallet.WalletSignature;

/**
 * A wallet: whoever signs with the key of one Ethereum address. Calls may take as long as a person
 * does.
 *
 * <p>Guaranteed: nothing is signed but what a method names, and a signature is by the key of {@link
 * #address()}. Not guaranteed: that the same text gives the same signature, which is why {@link
 * WalletKeys#enrol} asks twice.
 *
 * <p>Every method throws {@link dev.cairn.keyserver.error.WrongSecretException} when another
 * account signs, {@link dev.cairn.keyserver.error.MalformedInputException} when the wallet cannot
 * be used or its owner refuses, and {@link dev.cairn.keyserver.error.UnavailableException} when
 * nobody answers. Used by one thread at a time.
 */
public interface WalletSigner extends AutoCloseable {
  /** The account that signs; asks for it the first time, and gives the same one from then on. */
  EthereumAddress address();

  /** Proves that the wallet holds the key of {@link #address()}. */
  SignedLogin signLogin(LoginRequest request);

  /**
   * Signs the text that the key comes from.
   *
   * @return the secret itself: the caller closes it, and sends it nowhere
   */
  WalletSignature signKeyMessage(KeyMessage message);

  /** Tells whoever looks at the wallet that nothing more is asked of it. */
  default void succeeded() {}

  /**
   * Tells whoever looks at the wallet why it is of no use.
   *
   * @param why sentences for its owner
   */
  default void failed(String why) {}

  @Override
  void close();
}
