package dev.cairn.cli.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.input.Waiting;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Figures;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.AuditEvent;
import dev.cairn.recovery.admin.AccountAdministration;
import dev.cairn.recovery.admin.AccountOverview;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The provider's verbs on accounts. */
@Command(
    name = "accounts",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The provider's accounts: who there is, and who is served.")
public final class AccountsCommand {
  private AccountsCommand() {}

  /** The group with its commands. */
  public static CommandLine of(Streams streams) {
    return new CommandLine(new AccountsCommand())
        .addSubcommand(new ListAccounts(streams))
        .addSubcommand(new Show(streams))
        .addSubcommand(new Invite(streams))
        .addSubcommand(new Disable(streams))
        .addSubcommand(new Enable(streams))
        .addSubcommand(new Delete(streams));
  }

  private static String status(Account account) {
    return account.status().name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode json(Account account) {
    return Json.object()
        .put("userId", account.userId().value())
        .put("username", account.username())
        .put("status", status(account))
        .put("cell", account.cell())
        .put("epoch", account.newestGrant().epoch())
        .put("connections", account.connections());
  }

  private static ObjectNode json(AccountOverview overview) {
    ObjectNode out = json(overview.account());
    overview
        .log()
        .ifPresentOrElse(
            log ->
                out.putObject("log")
                    .put("topic", log.topic())
                    .put("startOffset", log.startOffset())
                    .put("endOffset", log.endOffset())
                    .put("bytes", log.bytes()),
            () -> out.putNull("log"));
    out.putObject("objects")
        .put("count", overview.objects().count())
        .put("bytes", overview.objects().bytes());
    return out;
  }

  private static String sizes(AccountOverview overview) {
    return overview
            .log()
            .map(log ->
                "log "
                    + Figures.bytes(log.bytes())
                    + " (offsets "
                    + log.startOffset()
                    + " to "
                    + log.endOffset()
                    + ")")
            .orElse("no log")
        + ", "
        + Figures.count(overview.objects().count())
        + " objects of "
        + Figures.bytes(overview.objects().bytes());
  }

  /** What every command on one account does. */
  abstract static class OnAccount implements Callable<Integer> {
    final Streams streams;
    @Mixin ConfigOption config;
    @Mixin JsonOption json;

    @Parameters(paramLabel = "ACCOUNT", description = "User id or username.")
    String name;

    OnAccount(Streams streams) {
      this.streams = streams;
    }

    abstract void act(AccountAdministration administration, Account account) throws Exception;

    /** What the file says. */
    final ProviderConfig provider() throws Exception {
      return config.load();
    }

    @Override
    public final Integer call() throws Exception {
      try (AccountAdministration administration = AccountAdministration.open(provider())) {
        Account account =
            administration
                .find(name)
                .orElseThrow(() ->
                    new CommandFailedException(
                        new Failure(
                            ExitCodes.ABSENT,
                            "There is no account '" + name + "'",
                            "Nothing was changed.",
                            "'cairn accounts list' says who there is.")));
        act(administration, account);
      }
      streams.flushed();
      return ExitCodes.DONE;
    }
  }

  /** A command that says first what it would do. */
  abstract static class Changing extends OnAccount {
    @Mixin ConfirmOption confirm;

    Changing(Streams streams) {
      super(streams);
    }

    abstract String would(AccountOverview overview);

    abstract String done(Account account);

    abstract void change(AccountAdministration administration, Account account) throws Exception;

    @Override
    final void act(AccountAdministration administration, Account account) throws Exception {
      AccountOverview overview = administration.overview(List.of(account)).getFirst();
      if (confirm.confirmed) {
        change(administration, account);
      }
      if (json.json) {
        streams.line(json(overview).put("done", confirm.confirmed).toString());
      } else if (confirm.confirmed) {
        streams.line(done(account));
      } else {
        streams.line(would(overview));
        streams.line("Nothing was changed. Do it with --confirm.");
      }
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists all accounts, by name; one JSON line each with --json.")
  static final class ListAccounts implements Callable<Integer> {
    private final Streams streams;
    @Mixin private ConfigOption config;
    @Mixin private JsonOption json;

    @Option(names = "--sizes", description = "Also how much is kept for each.")
    private boolean sizes;

    ListAccounts(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws Exception {
      try (AccountAdministration administration = AccountAdministration.open(config.load())) {
        List<Account> accounts = administration.list();
        if (sizes) {
          for (AccountOverview each : administration.overview(accounts)) {
            streams.line(
                json.json ? json(each).toString() : line(each.account()) + "  " + sizes(each));
          }
        } else {
          for (Account each : accounts) {
            streams.line(json.json ? json(each).toString() : line(each));
          }
        }
      }
      streams.flushed();
      return ExitCodes.DONE;
    }

    private static String line(Account account) {
      return account.userId()
          + "  "
          + status(account)
          + "  "
          + account.cell()
          + "  epoch "
          + account.newestGrant().epoch()
          + "  "
          + account.username();
    }
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows one account: status, sizes, audit trail.")
  static final class Show extends OnAccount {
    Show(Streams streams) {
      super(streams);
    }

    @Override
    void act(AccountAdministration administration, Account account) throws Exception {
      AccountOverview overview = administration.overview(List.of(account)).getFirst();
      ProviderConfig provider = provider();
      OptionalLong most = provider.quotaStoredBytes();
      long stored = overview.objects().bytes();
      if (json.json) {
        ObjectNode out = json(overview);
        ObjectNode quota = out.putObject("quota");
        quota.put("over", most.isPresent() && stored > most.getAsLong());
        most.ifPresentOrElse(
            bytes -> quota.put("storedBytes", bytes), () -> quota.putNull("storedBytes"));
        for (AuditEvent event : account.audit()) {
          out.withArray("audit")
              .addObject()
              .put("time", Instant.ofEpochMilli(event.time()).toString())
              .put("event", event.event())
              .put("detail", event.detail());
        }
        streams.line(out.toString());
        return;
      }
      streams.line("account   " + account.userId() + ", " + account.username());
      streams.line("status    " + status(account));
      streams.line("cell      " + account.cell());
      streams.line(
          "epoch     "
              + account.newestGrant().epoch()
              + ", connected "
              + Figures.count(account.connections())
              + " times");
      streams.line("kept      " + sizes(overview));
      if (most.isPresent()) {
        streams.line(
            "quota     "
                + Figures.bytes(stored)
                + " of "
                + Figures.bytes(most.getAsLong())
                + " in storage"
                + (stored > most.getAsLong()
                    ? ": OVER. It is backed up still, at "
                        + Figures.bytes(provider.quotaOverLogRate())
                        + " a second"
                    : ""));
      }
      for (AuditEvent event : account.audit()) {
        streams.line(
            "          "
                + Instant.ofEpochMilli(event.time())
                + "  "
                + event.event()
                + (event.detail().isEmpty() ? "" : ": " + event.detail()));
      }
    }
  }

  @Command(
      name = "invite",
      mixinStandardHelpOptions = true,
      description = {
        "Makes an invitation and prints its code, once: it is kept nowhere.",
        "Good for one account, under registration=invitation; keyserver init takes it with"
            + " --invitation-file."
      })
  static final class Invite implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofDays(366);

    private final Streams streams;
    @Mixin private ConfigOption config;
    @Mixin private JsonOption json;

    @Option(
        names = "--valid-for",
        paramLabel = "DURATION",
        defaultValue = "7d",
        converter = Waiting.class,
        description = "How long, such as 12h or 30d; at most 366d, without it ${DEFAULT-VALUE}.")
    private Duration validFor;

    Invite(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws Exception {
      if (validFor.isZero() || validFor.compareTo(LONGEST) > 0) {
        throw CommandFailedException.malformed(
            "An invitation is good for more than nothing, and for at most 366d",
            "Give --valid-for 7d, or leave it out.");
      }
      ProviderConfig provider = config.load();
      String code;
      try (AccountAdministration administration = AccountAdministration.open(provider)) {
        code = administration.invite(validFor);
      }
      switch (provider.registration()) {
        case INVITATION -> {}
        case OPEN ->
            streams.err().println("Nobody needs it: this configuration says registration=open.");
        case CLOSED ->
            streams
                .err()
                .println(
                    "It opens nothing while this configuration says registration=closed; set"
                        + " registration=invitation and start the recovery service again.");
      }
      streams.line(
          json.json
              ? Json.object()
                  .put("invitation", code)
                  .put("validForSeconds", validFor.toSeconds())
                  .toString()
              : code);
      streams.flushed();
      return ExitCodes.DONE;
    }
  }

  @Command(
      name = "disable",
      mixinStandardHelpOptions = true,
      description = {
        "Serves an account no more: no recovery, no connection, and the broker refuses its"
            + " keyserver.",
        "Everything is kept; the keyserver goes on locally and queues."
      })
  static final class Disable extends Changing {
    Disable(Streams streams) {
      super(streams);
    }

    @Override
    String would(AccountOverview overview) {
      return "Would serve "
          + overview.account().username()
          + " no more; "
          + sizes(overview)
          + " would be kept.";
    }

    @Override
    String done(Account account) {
      return account.username() + " is disabled; everything is kept.";
    }

    @Override
    void change(AccountAdministration administration, Account account) throws Exception {
      administration.disable(account);
    }
  }

  @Command(
      name = "enable",
      mixinStandardHelpOptions = true,
      description = "Serves a disabled account again; its keyserver goes on by itself.")
  static final class Enable extends Changing {
    Enable(Streams streams) {
      super(streams);
    }

    @Override
    String would(AccountOverview overview) {
      return "Would serve " + overview.account().username() + " again.";
    }

    @Override
    String done(Account account) {
      return account.username() + " is served again.";
    }

    @Override
    void change(AccountAdministration administration, Account account) throws Exception {
      if (account.status() == Account.Status.DELETING) {
        throw new CommandFailedException(
            new Failure(
                ExitCodes.FAILED,
                account.username() + " is being deleted",
                "Nothing was changed; part of it is gone already.",
                "Finish it with 'cairn accounts delete --confirm'."));
      }
      administration.enable(account);
    }
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = {
        "Deletes an account with its log and all its objects, and frees its name. For ever.",
        "A deletion that broke off goes on when it is run again."
      })
  static final class Delete extends Changing {
    Delete(Streams streams) {
      super(streams);
    }

    @Override
    String would(AccountOverview overview) {
      return "Would delete "
          + overview.account().username()
          + " ("
          + overview.account().userId()
          + ") for ever: "
          + sizes(overview)
          + ".";
    }

    @Override
    String done(Account account) {
      return account.username()
          + " is deleted: its log is empty and its objects are gone. The empty topic goes when"
          + " its cell's compactor starts the next time.";
    }

    @Override
    void change(AccountAdministration administration, Account account) throws Exception {
      administration.delete(account);
    }
  }
}
