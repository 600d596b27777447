package dev.cairn.cli.keyserver;

import dev.cairn.cli.input.PasswordOption;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Figures;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.RecoveryProgress;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.keyserver.drill.Drill;
import dev.cairn.keyserver.drill.DrillFile;
import dev.cairn.keyserver.drill.DrillMeans;
import dev.cairn.keyserver.drill.DrillResult;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tries whether the backup can be recovered. */
@Command(
    name = "drill",
    mixinStandardHelpOptions = true,
    description = {
      "Recovers the backup into a scratch place, verifies every byte, compares it with what this",
      "keyserver holds, and removes the scratch. Changes nothing; the keyserver may run meanwhile.",
      "The result stays in drill.json of the home. With --password-file the whole way is tried:",
      "login, bundle, possession. Without: only whether snapshot and log open under the own key."
    })
final class DrillCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "Log in with the password in this file, as a recovery on a new machine would.")
  private @Nullable String passwordFile;

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      description =
          "Where the scratch place is made (default: in the home); it holds the plaintext while the"
              + " drill runs, and needs as much room as the home.")
  private @Nullable Path scratch;

  DrillCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws Exception {
    Drill drill = new Drill(home.home, Optional.ofNullable(scratch).orElse(home.home));
    DrillResult result;
    try (RecoveryProgress progress = new RecoveryProgress(streams)) {
      if (passwordFile == null) {
        result = drill.run(Optional.empty(), progress);
      } else {
        try (SecretBytes password = PasswordOption.ofFile(passwordFile, streams)) {
          result = drill.run(Optional.of(password), progress);
        }
      }
    }
    if (json.json) {
      streams.line(DrillFile.json(result).toString());
    } else {
      result.recovered().ifPresent(recovered -> streams.line(line(result, recovered)));
    }
    streams.flushed();
    if (result.failure().isPresent()) {
      throw new CommandFailedException(
          new Failure(
              result.failure().get().exitCode(),
              "The drill failed: " + result.failure().get().reason(),
              "This keyserver and its backup were not changed.",
              result.failure().get().exitCode() == ExitCodes.INTEGRITY
                  ? "Show this to your provider, and keep this keyserver: it holds everything."
                  : "Remove the cause and run the drill again."));
    }
    return ExitCodes.DONE;
  }

  private static String line(DrillResult result, DrillResult.Recovered recovered) {
    return (result.isVerified() ? "Verified: " : "Recovered: ")
        + Figures.count(recovered.objects())
        + " objects, sequence "
        + Figures.count(recovered.sequence())
        + ", snapshot of "
        + Figures.bytes(recovered.bytes())
        + " and "
        + Figures.count(recovered.records())
        + " records, in "
        + Figures.time(result.duration())
        + (result.means() == DrillMeans.PASSWORD
            ? ", with the password."
            : ", by this keyserver's signature (the password was not tried).");
  }
}
