package dev.cairn.cli.keyserver;

import dev.cairn.cli.output.Streams;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The owner's commands. */
@Command(
    name = "keyserver",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Your own server: its data, its backup, its recovery.")
public final class KeyserverCommand {
  private KeyserverCommand() {}

  /** The group with all its commands. */
  public static CommandLine of(Streams streams) {
    return new CommandLine(new KeyserverCommand())
        .addSubcommand(new InitCommand(streams))
        .addSubcommand(new RunCommand(streams))
        .addSubcommand(new ApplyCommand(streams))
        .addSubcommand(new GetCommand(streams))
        .addSubcommand(new ListCommand(streams))
        .addSubcommand(new ExportCommand(streams))
        .addSubcommand(new StatusCommand(streams))
        .addSubcommand(new CompactCommand(streams))
        .addSubcommand(new HandoverCommand(streams))
        .addSubcommand(new RecoverCommand(streams))
        .addSubcommand(new DrillCommand(streams))
        .addSubcommand(new PasswdCommand(streams))
        .addSubcommand(FactorCommand.of(streams))
        .addSubcommand(new RecoveryKeyCommand(streams))
        .addSubcommand(new AuditCommand(streams))
        .addSubcommand(new PassphraseCommand(streams));
  }
}
