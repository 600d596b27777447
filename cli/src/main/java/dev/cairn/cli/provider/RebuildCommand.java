package dev.cairn.cli.provider;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Figures;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.recovery.accounts.AccountsPresentException;
import dev.cairn.recovery.accounts.RebuildPlan;
import dev.cairn.recovery.admin.AccountsRestoration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes the accounts topic anew from storage. */
@Command(
    name = "rebuild",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the accounts topic anew from storage, when Kafka or that topic is lost.",
      "Says what it would do; does it with --confirm. Refuses where the topic holds accounts.",
      "A rebuild that broke off goes on when it is run again."
    })
final class RebuildCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private ConfigOption config;
  @Mixin private JsonOption json;
  @Mixin private ConfirmOption confirm;

  RebuildCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws Exception {
    RebuildPlan plan;
    try {
      plan = AccountsRestoration.run(config.load(), confirm.confirmed);
    } catch (AccountsPresentException e) {
      throw new CommandFailedException(
          new Failure(
              ExitCodes.FAILED,
              String.valueOf(e.getMessage()),
              "Nothing was changed.",
              "If the topic is the wrong one, delete it with kafka-topics and run this again."));
    }
    if (json.json) {
      streams.line(json(plan).toString());
    } else {
      text(plan);
    }
    streams.flushed();
    return ExitCodes.DONE;
  }

  private ObjectNode json(RebuildPlan plan) {
    ObjectNode out = Json.object().put("done", confirm.confirmed);
    ArrayNode accounts = out.putArray("accounts");
    for (RebuildPlan.Restorable each : plan.accounts()) {
      accounts
          .addObject()
          .put("userId", each.userId().value())
          .put("username", each.account().username())
          .put("cell", each.account().cell())
          .put("epoch", each.epoch())
          .put("exact", each.exact())
          .put("recoverable", each.recoverable());
    }
    plan.problems().forEach(out.putArray("problems")::add);
    return out;
  }

  private void text(RebuildPlan plan) {
    for (RebuildPlan.Restorable each : plan.accounts()) {
      streams.line(
          each.userId()
              + "  "
              + each.account().username()
              + "  epoch "
              + each.epoch()
              + (each.exact() ? "" : "  behind a barrier: its owner must recover")
              + (each.recoverable() ? "" : "  NOT RECOVERABLE"));
    }
    plan.problems().forEach(problem -> streams.line("problem: " + problem));
    streams.line(
        Figures.count(plan.accounts().size())
            + (confirm.confirmed ? " accounts are back." : " accounts would come back."));
    streams.line(
        "Not kept anywhere else, and so lost: guess counters (each account starts locked for a"
            + " minute), invitations, audit trails, logins under way.");
    if (!confirm.confirmed) {
      streams.line("Nothing was changed. Do it with --confirm.");
    }
  }
}
