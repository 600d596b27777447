package dev.cairn.cli.demo;

import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Streams;
import dev.cairn.compactor.ProviderFile;
import dev.cairn.provider.config.ProviderConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole story. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Tells the whole story with real data: register, write, compact without a key, truncate,",
      "lose the machine, recover, and compare with the data's own source.",
      "By default the data is the git history of the checkout that this program stands in."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final String SHIPPED = "history.jsonl";

  private final Streams streams;

  @ArgGroup private @Nullable Data data;

  /** At most one of them. */
  static final class Data {
    @Option(
        names = "--git",
        paramLabel = "DIR",
        description = "A repository: each commit is one transaction.")
    private @Nullable Path git;

    @Option(
        names = "--jsonl",
        paramLabel = "FILE",
        description = "A file of transactions, one a line, as 'keyserver apply' takes them.")
    private @Nullable Path jsonl;
  }

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "provider.properties of a stack to use instead of the embedded one.")
  private @Nullable Path config;

  @Option(
      names = "--service",
      paramLabel = "URL",
      description = {
        "With --config: where its recovery service answers owners.",
        "Without it: on this machine; where nothing answers there, the services are started here."
      })
  private @Nullable URI service;

  @Option(names = "--keep", description = "Keep the working directory, and say where it is.")
  private boolean keep;

  public DemoCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws Exception {
    Narrator narrator = new Narrator(streams);
    WorkDirectory work = WorkDirectory.create(keep);
    try (work) {
      History history = history(work.path(), narrator);
      History.Comparison comparison;
      try (Stack stack = stack(work.path(), narrator)) {
        comparison = new Story(narrator, streams, work.path(), history, stack).tell();
      }
      if (comparison.difference().isPresent()) {
        narrator.verdict(false, "NOT the same: " + comparison.difference().get());
        throw new CommandFailedException(
            new Failure(
                ExitCodes.INTEGRITY,
                "What was recovered is not what was written: " + comparison.difference().get(),
                "Only the demo's own copies are concerned.",
                "Run it with --keep and report it."));
      }
      narrator.verdict(true, Story.verdict(comparison));
    } finally {
      work.kept().ifPresent(path -> narrator.aside("kept: " + path));
    }
    streams.flushed();
    return ExitCodes.DONE;
  }

  private Stack stack(Path work) throws Exception {
    if (config == null) {
      if (service != null) {
        throw CommandFailedException.malformed(
            "--service says where a given provider answers, and none is given",
            "Give its provider.properties with --config, too.");
      }
      return Stack.embedded(work.resolve("provider"));
    }
    ProviderConfig provider = ProviderFile.load(config);
    return service == null ? Stack.given(provider) : Stack.running(provider, service);
  }

  private Stack stack(Path work, Narrator narrator) throws Exception {
    narrator.step("Start a provider");
    long start = System.nanoTime();
    Stack stack = stack(work);
    narrator.figure(stack.description() + " (" + Story.since(start) + ")");
    return stack;
  }

  private History history(Path work, Narrator narrator) throws IOException {
    narrator.step("Choose real data");
    History history;
    if (data != null && data.git != null) {
      try {
        history = GitHistory.of(data.git, work);
      } catch (GitCommand.GitFailedException e) {
        throw CommandFailedException.malformed(
            data.git + " cannot be used: " + e.getMessage(),
            "Name a git repository that has a commit.");
      }
    } else if (data != null && data.jsonl != null) {
      Path file = data.jsonl;
      history = JsonHistory.of(() -> Files.newInputStream(file), file.toString());
    } else {
      history = standard(work, narrator);
    }
    narrator.figure(history.description());
    return history;
  }

  /** Where this program stands; the launcher says. */
  private static History standard(Path work, Narrator narrator) throws IOException {
    try {
      return GitHistory.of(Path.of(System.getProperty("cairn.checkout", "")), work);
    } catch (GitCommand.GitFailedException e) {
      narrator.aside("no git history here (" + e.getMessage() + ")");
      return JsonHistory.of(DemoCommand::shipped, "the history that ships with this program");
    }
  }

  static InputStream shipped() throws IOException {
    return Optional.ofNullable(DemoCommand.class.getResourceAsStream(SHIPPED))
        .orElseThrow(() -> new IOException("this program lacks its " + SHIPPED));
  }
}
