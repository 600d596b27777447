package dev.cairn.keyserver.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.wallet.EthereumAddress;

/** A wallet whose signature of its own key message has become a key. Closing it zeroes the key. */
public final class EnrolledWallet implements AutoCloseable {
  private final EthereumAddress address;
  private final Kek kek;
  private final Bytes parameters;

  EnrolledWallet(EthereumAddress address, Kek kek, Bytes parameters) {
    this.address = address;
    this.kek = kek;
    this.parameters = parameters;
  }

  /** The account that signed. */
  public EthereumAddress address() {
    return address;
  }

  /** The key, which lives as long as this. */
  public Kek kek() {
    return kek;
  }

  /** What goes into the bundle's wrap, exactly so: the text that was signed. */
  public Bytes parameters() {
    return parameters;
  }

  @Override
  public void close() {
    kek.close();
  }
}
