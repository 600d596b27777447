package dev.cairn.cli.config;

import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Streams;
import dev.cairn.compactor.ProviderFile;
import dev.cairn.provider.config.ProviderConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Commands about the configuration. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Checks a configuration, or prints what can be configured.")
public final class ConfigCommand {
  private ConfigCommand() {}

  /** The command with those under it. */
  public static CommandLine of(Streams streams) {
    return new CommandLine(new ConfigCommand())
        .addSubcommand(new Check(streams))
        .addSubcommand(new PrintReference(streams));
  }

  /** Reads a file and the environment, and connects to nothing. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Reads provider.properties and the CAIRN_ variables over it, as the services do.",
        "Says all that is wrong at once, or which options are set. Connects to nothing."
      })
  static final class Check implements Callable<Integer> {
    private final Streams streams;

    @Option(
        names = "--config",
        required = true,
        paramLabel = "FILE",
        description = "provider.properties")
    private Path file;

    Check(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws Exception {
      ProviderConfig config = ProviderFile.load(file);
      streams.line(file + " can be used; set are " + String.join(", ", config.namesSet()));
      streams.flushed();
      return ExitCodes.DONE;
    }
  }

  /** Prints the reference. */
  @Command(
      name = "reference",
      mixinStandardHelpOptions = true,
      description = "Prints the reference of all options as Markdown.")
  static final class PrintReference implements Callable<Integer> {
    private final Streams streams;

    PrintReference(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
      streams.out().print(ConfigurationReference.markdown());
      streams.flushed();
      return ExitCodes.DONE;
    }
  }
}
