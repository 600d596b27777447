package dev.cairn.keyserver.recover;

import dev.cairn.crypto.bundle.WrapKind;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.keyserver.wallet.WalletSigner;

/**
 * A wallet: one signature logs in, another one, which is never sent, is the key. Whatever strangers
 * guess at the account, this lane stays open.
 */
public final class WalletSecret implements Secret {
  private final WalletSigner signer;

  /**
   * @param signer closed with this
   */
  public WalletSecret(WalletSigner signer) {
    this.signer = signer;
  }

  /** The account that signs; asked for the first time. */
  public EthereumAddress address() {
    return signer.address();
  }

  /** Tells whoever looks at the wallet that nothing more is asked of it. */
  public void succeeded() {
    signer.succeeded();
  }

  WalletSigner signer() {
    return signer;
  }

  @Override
  public WrapKind kind() {
    return WrapKind.WALLET;
  }

  @Override
  public void close() {
    signer.close();
  }

  @Override
  public String toString() {
    return "WalletSecret";
  }
}
