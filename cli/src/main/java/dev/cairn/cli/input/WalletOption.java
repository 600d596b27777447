package dev.cairn.cli.input;

import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.keyserver.wallet.KeystoreSigner;
import dev.cairn.keyserver.wallet.PageSigner;
import dev.cairn.keyserver.wallet.PasteSigner;
import dev.cairn.keyserver.wallet.Terminal;
import dev.cairn.keyserver.wallet.WalletSigner;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which wallet signs, and how it is asked. */
public final class WalletOption {
  @Option(
      names = "--wallet",
      description = {
        "An Ethereum wallet in your browser: its page is served on this machine, and the address of",
        "it printed."
      })
  private boolean page;

  @Option(
      names = "--wallet-signature",
      description = "An Ethereum wallet elsewhere: you copy texts to it and paste its signatures.")
  private boolean paste;

  @Option(
      names = "--wallet-keyfile",
      paramLabel = "FILE",
      description = "An Ethereum wallet in an encrypted keystore (version 3).")
  private @Nullable Path keyfile;

  @Option(
      names = "--wallet-password-file",
      paramLabel = "FILE",
      description = "With --wallet-keyfile: file that holds the keystore's password.")
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
  public WalletSigner open(PageSigner.Purpose purpose, String serverName, Streams streams)
      throws IOException {
    return open("--wallet", page, paste, keyfile, keyfilePassword, purpose, serverName, streams);
  }

  static WalletSigner open(
      String option,
      boolean page,
      boolean paste,
      @Nullable Path keyfile,
      @Nullable String keyfilePassword,
      PageSigner.Purpose purpose,
      String serverName,
      Streams streams)
      throws IOException {
    int ways = (page ? 1 : 0) + (paste ? 1 : 0) + (keyfile != null ? 1 : 0);
    if (ways != 1 || (keyfile != null) != (keyfilePassword != null)) {
      throw CommandFailedException.malformed(
          "One wallet signs: "
              + option
              + ", "
              + option
              + "-signature, or "
              + option
              + "-keyfile with "
              + option
              + "-password-file",
          "Give one of them.");
    }
    if (keyfile != null && keyfilePassword != null) {
      try (SecretBytes password = PasswordOption.ofFile(keyfilePassword, streams)) {
        return KeystoreSigner.open(keyfile, password);
      }
    }
    if (paste) {
      return PasteSigner.at(terminal(streams));
    }
    PageSigner signer = PageSigner.serve(purpose, serverName);
    streams
        .err()
        .println(
            "Open this address in the browser that has your wallet; it serves once:\n  "
                + signer.page());
    return signer;
  }

  private static Terminal terminal(Streams streams) {
    Console console =
        Optional.ofNullable(streams.terminalIn() ? System.console() : null)
            .orElseThrow(() ->
                CommandFailedException.malformed(
                    "There is no terminal to paste signatures into",
                    "Use --wallet-keyfile where nobody types."));
    return new Terminal() {
      @Override
      public void show(String lines) {
        streams.err().println(lines);
      }

      @Override
      public String ask(String prompt) {
        String line = console.readLine("%s", prompt);
        if (line == null) {
          throw nothing();
        }
        return line;
      }

      @Override
      public char[] askSecret(String prompt) {
        char[] line = console.readPassword("%s", prompt);
        if (line == null) {
          throw nothing();
        }
        return line;
      }
    };
  }

  private static CommandFailedException nothing() {
    return CommandFailedException.malformed("Nothing was typed", "Run the command again.");
  }
}
