package dev.cairn.crypto.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.bundle.Kek;

/**
 * The key-encryption key of a wallet: from its signature of the {@link KeyMessage}, {@code r ‖ s}
 * with low s.
 *
 * <p>It rests on the wallet giving the same signature for the same text each time (RFC 6979, as all
 * common software and hardware wallets do for keys of their own). Contract wallets have no such
 * key, multi-party and hedged signers add randomness: they are found out at enrolment, by asking
 * twice. A wallet's next version may sign differently, so a recovery key goes with every wallet.
 */
public final class WalletKek {
  private WalletKek() {}

  /**
   * At enrolment.
   *
   * @param first the wallet's first answer, {@code second} to the same text once more; both stay
   *     the caller's to close
   * @return the caller closes it
   * @throws UnsuitableWalletException if the two differ or are by another key
   */
  public static Kek enrol(KeyMessage message, WalletSignature first, WalletSignature second)
      throws UnsuitableWalletException {
    requireSigner(message, first);
    requireSigner(message, second);
    if (!first.isSameAs(second)) {
      throw new UnsuitableWalletException(
          "This wallet signed the same text twice with different results, so no key can come from it: what it signs at"
              + " recovery would open nothing. Contract wallets, multi-party wallets and signers that add randomness do"
              + " that. Nothing was enrolled. Use an account of a software or hardware wallet that holds its own key, or"
              + " a password");
    }
    return derive(message, first);
  }

  /**
   * At recovery.
   *
   * @param signature stays the caller's to close
   * @return the caller closes it; whether it opens the bundle is for the wrap's commitment to say
   * @throws UnsuitableWalletException if another account of the wallet signed
   */
  public static Kek recover(KeyMessage message, WalletSignature signature)
      throws UnsuitableWalletException {
    requireSigner(message, signature);
    return derive(message, signature);
  }

  private static Kek derive(KeyMessage message, WalletSignature signature) {
    try (SecretBytes rs = signature.rs()) {
      return Kek.fromWalletSignature(rs, message.userId());
    }
  }

  private static void requireSigner(KeyMessage message, WalletSignature signature)
      throws UnsuitableWalletException {
    Bytes digest = WalletDigests.ofText(message.bytes());
    if (signature.signer(digest).filter(message.address()::equals).isEmpty()) {
      throw new UnsuitableWalletException(
          "The wallet signed with another key than that of "
              + message.address()
              + ". Choose that account in the wallet and sign again. A contract wallet has no key of its own and cannot be"
              + " used");
    }
  }
}
