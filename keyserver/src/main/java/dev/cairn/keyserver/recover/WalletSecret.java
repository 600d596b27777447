package dev.cairn.keyserver.recover;

import dev.cairn.crypto.bundle.WrapKind;
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
