package dev.cairn.cli.input;

import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.wallet.PageSigner;
import dev.cairn.keyserver.wallet.WalletSigner;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which wallet an account goes over to, and how it is asked. */
public final class NewWalletOption {
  @Option(
      names = "--to-wallet",
      description = "Go over to an Ethereum wallet in your browser, as --wallet.")
  private boolean page;

  @Option(
      names = "--to-wallet-signature",
      description = "Go over to an Ethereum wallet elsewhere, as --wallet-signature.")
  private boolean paste;

  @Option(
      names = "--to-wallet-keyfile",
      paramLabel = "FILE",
      description = "Go over to an Ethereum wallet in an encrypted keystore (version 3).")
  private @Nullable Path keyfile;

  @Option(
      names = "--to-wallet-password-file",
      paramLabel = "FILE",
      description = "With --to-wallet-keyfile: file that holds the keystore's password.")
  private @Nullable String keyfilePassword;

  /** Whether a wallet is asked for. */
  public boolean isGiven() {
    return page || paste || keyfile != null;
  }

  /**
   * The wallet, which the caller closes.
   *
   * @param serverName the service, by the name that the owner has pinned
   */
  public WalletSigner open(String serverName, Streams streams) throws IOException {
    return WalletOption.open(
        "--to-wallet",
        page,
        paste,
        keyfile,
        keyfilePassword,
        PageSigner.Purpose.CHANGE,
        serverName,
        streams);
  }
}
