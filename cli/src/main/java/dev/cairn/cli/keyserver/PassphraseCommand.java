package dev.cairn.cli.keyserver;

import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.opaque.Passphrases;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Offers a password that nobody can guess. */
@Command(
    name = "passphrase",
    mixinStandardHelpOptions = true,
    description = "Prints a random passphrase that nobody can guess. It is kept nowhere.")
public final class PassphraseCommand implements Callable<Integer> {
  private final Streams streams;

  public PassphraseCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    char[] phrase = Passphrases.generate(new SecureRandom());
    streams.out().print(phrase);
    streams.line("");
    Arrays.fill(phrase, '\0');
    streams.flushed();
    return ExitCodes.DONE;
  }
}
