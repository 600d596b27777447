package dev.cairn.cli;

import dev.cairn.cli.config.ConfigCommand;
import dev.cairn.cli.demo.DemoCommand;
import dev.cairn.cli.input.Arguments;
import dev.cairn.cli.keyserver.KeyserverCommand;
import dev.cairn.cli.logging.LogFormat;
import dev.cairn.cli.logging.Logging;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Failures;
import dev.cairn.cli.output.Streams;
import dev.cairn.cli.provider.AccountsCommand;
import dev.cairn.cli.provider.CompactUserCommand;
import dev.cairn.cli.provider.CompactorCommand;
import dev.cairn.cli.provider.LocalCommand;
import dev.cairn.cli.provider.RecoveryCommand;
import dev.cairn.cli.provider.VerifyCommand;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program. */
@Command(
    name = "cairn",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "End-to-end-encrypted, event-sourced backup for keyservers, on Apache Kafka.",
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0 done, 1 failed, 2 usage or malformed input, 3 wrong secret, 4 locked out,",
      "  5 integrity violation, 6 unavailable, 7 fenced, 8 absent"
    })
public final class Cairn {
  /** Read before the first logger exists, by {@link Logging}; here so that it is known. */
  @Option(
      names = Logging.FORMAT_OPTION,
      scope = ScopeType.INHERIT,
      paramLabel = "FORMAT",
      description = "Log lines on standard error as text (default) or json.")
  @SuppressWarnings("UnusedVariable")
  private LogFormat logFormat = LogFormat.TEXT;

  private Cairn() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Logging.configure(arguments, System.getenv());
    System.exit(run(Arguments.exact(arguments), Streams.ofProcess()));
  }

  /** Runs one command. */
  public static int run(String[] arguments, Streams streams) {
    int code = execute(arguments, streams);
    streams.out().flush();
    streams.err().flush();
    return code;
  }

  /** Errors of the JVM end the process too, whatever threads are left. */
  private static int execute(String[] arguments, Streams streams) {
    try {
      return commandLine(streams).execute(arguments);
    } catch (OutOfMemoryError e) {
      new Failure(
              ExitCodes.FAILED,
              "There is not enough memory: " + e.getMessage(),
              "What was acknowledged before is safe.",
              "Give more, for example with CAIRN_JAVA_OPTS=-Xmx4g.")
          .print(streams.err());
      return ExitCodes.FAILED;
    } catch (LinkageError e) {
      e.printStackTrace(streams.err());
      return ExitCodes.FAILED;
    }
  }

  /** All commands. */
  static CommandLine commandLine(Streams streams) {
    return new CommandLine(new Cairn())
        .addSubcommand(new DemoCommand(streams))
        .addSubcommand(new LocalCommand(streams))
        .addSubcommand("keyserver", KeyserverCommand.of(streams))
        .addSubcommand("compactor", CompactorCommand.of(streams))
        .addSubcommand("recovery", RecoveryCommand.of(streams))
        .addSubcommand("accounts", AccountsCommand.of(streams))
        .addSubcommand(new CompactUserCommand(streams))
        .addSubcommand(new VerifyCommand(streams))
        .addSubcommand("config", ConfigCommand.of(streams))
        // An id may begin with '@': it names no file of arguments.
        .setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(writer(streams.out()))
        .setErr(writer(streams.err()))
        .setParameterExceptionHandler((e, unused) -> usage(e, streams))
        .setExecutionExceptionHandler((e, commandLine, parsed) -> failed(e, streams));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  private static int usage(CommandLine.ParameterException e, Streams streams) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    new Failure(
            ExitCodes.MALFORMED,
            message(e),
            "Nothing was changed.",
            "'" + name + " --help' says what there is.")
        .print(streams.err());
    return ExitCodes.MALFORMED;
  }

  /** What somebody took for a password must not be repeated on a screen or in a log. */
  private static String message(CommandLine.ParameterException e) {
    if (e instanceof CommandLine.UnmatchedArgumentException unmatched
        && unmatched.getUnmatched().stream().anyMatch(word -> word.startsWith("--pass"))) {
      return "A password is never an argument, which every process could read: use --password-file";
    }
    return String.valueOf(e.getMessage());
  }

  private static int failed(Exception e, Streams streams) {
    streams.out().flush();
    Optional<Failure> failure = Failures.of(e);
    if (failure.isPresent()) {
      failure.get().print(streams.err());
      return failure.get().exitCode();
    }
    new Failure(
            ExitCodes.FAILED,
            "A mistake in this program: " + e,
            "What was acknowledged before is safe.",
            "Report it with the lines below.")
        .print(streams.err());
    e.printStackTrace(streams.err());
    return ExitCodes.FAILED;
  }
}
