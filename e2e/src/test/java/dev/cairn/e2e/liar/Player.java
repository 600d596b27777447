package dev.cairn.e2e.liar;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.recover.ProgressListener;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.recover.RecoveryReport;
import dev.cairn.keyserver.recover.ReusedSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/** Tells one owner's client one lie after the other, and judges what comes of it. */
final class Player implements AutoCloseable {
  /** How a case ended: with an original, newest or older, or an exit code. */
  record Ending(Optional<CairnException> thrown, boolean newest) {}

  private static final Set<Integer> CODES = Set.of(3, 5, 6);

  /** What a service may say in so many words, a client passes on as such. */
  private static final Set<Integer> REFUSED = Set.of(2, 3, 4, 5, 6, 7, 8);

  private static final Set<Integer> TAKEN = Set.of(3, 5, 6, 7);

  /** Wrong attempts in a row that an account bears, with room to spare. */
  private static final int ATTEMPTS = 5;

  /** No lie holds a client up for longer, on a machine under load. */
  private static final Duration BOUND = Duration.ofMinutes(3);

  /** A limit and what the sockets hold. */
  private static final long BYTES_BOUND = 128L << 20;

  private final World world;
  private final Path directory;
  private final LyingProvider.Line reading;
  private final LyingProvider.Line logging;
  private final ReusedSession alice;
  private final ReusedSession carol;
  private final Subject small;
  private int homes;
  private int attempts;

  Player(World world, Path directory, String name) throws Exception {
    this.world = world;
    this.directory = Files.createDirectories(directory.resolve(name));
    this.reading = world.line(name + "-reading");
    this.logging = world.line(name + "-logging");
    this.alice = session(world.alice());
    this.carol = session(world.carol());
    this.small = world.small();
  }

  /** Plays a case; an {@link AssertionError} says what is not as it must be. */
  Ending play(Case each) {
    long begun = System.nanoTime();
    Path home = directory.resolve("home-" + homes++);
    Ending ending;
    try {
      RecoveryReport report = recover(each, home, Optional.empty());
      ending = new Ending(Optional.empty(), verified(each, home, report));
    } catch (CairnException e) {
      requireRightEnd(each, e);
      requireNothingLeft(home);
      ending = new Ending(Optional.of(e), false);
    } catch (RuntimeException e) {
      throw new AssertionError("an exception that says nothing to anybody: " + e, e);
    } finally {
      remove(home);
      honest(each);
    }
    if (!ending.newest() && ending.thrown().isEmpty()) {
      requireCheckpointNoticing(each);
    }
    if (Duration.ofNanos(System.nanoTime() - begun).compareTo(BOUND) > 0) {
      throw new AssertionError("it took longer than " + BOUND);
    }
    long endless = reading.endlessBytes() + logging.endlessBytes();
    if (endless > BYTES_BOUND) {
      throw new AssertionError(endless + " bytes of an endless answer were taken");
    }
    return ending;
  }

  private ReusedSession session(Subject subject) {
    reading.tell(Lie.NONE);
    // Belongs to the session, which logs in again where a token is said to be over.
    return new ReusedSession(
        RecoverOptions.of(directory, world.config(reading), subject.username()),
        subject.password());
  }

  private RecoveryReport recover(Case each, Path home, Optional<Checkpoint> checkpoint) {
    Subject subject = subject(each);
    LyingProvider.Line line = each.how() == Case.How.READ ? reading : logging;
    RecoverOptions plain =
        RecoverOptions.of(home, world.config(line), subject.username())
            .withReadOnly(each.how() != Case.How.TAKEOVER);
    RecoverOptions options = checkpoint.map(plain::withCheckpoint).orElse(plain);
    line.tell(each.lie());
    if (each.how() == Case.How.READ) {
      return (each.who() == Case.Who.ALICE ? alice : carol).recover(options);
    }
    try (SecretBytes password = subject.password()) {
      return Recovery.recover(options, password, ProgressListener.NONE);
    }
  }

  private Subject subject(Case each) {
    return switch (each.who()) {
      case ALICE -> world.alice();
      case CAROL -> world.carol();
      case SMALL -> small;
    };
  }

  /** Whether what was recovered is the newest original; that it is an original is certain. */
  private boolean verified(Case each, Path home, RecoveryReport report) {
    Subject subject = subject(each);
    SortedMap<String, Bytes> contents;
    try (Keyserver recovered = Keyserver.open(home, KeyserverOptions.reading())) {
      contents = Subject.contents(recovered);
    }
    if (each.who() == Case.Who.SMALL) {
      // Takeovers by this very test move its head on, and nothing else.
      if (!subject.original(subject.newest().head()).equals(Optional.of(contents))) {
        throw new AssertionError("a clean end with something else");
      }
      return true;
    }
    if (!subject.original(report.end().head()).equals(Optional.of(contents))) {
      throw new AssertionError("a clean end with something else, said to be " + report.end());
    }
    boolean newest = report.end().equals(subject.newest());
    if (!newest && !each.row().maySeemWhole()) {
      throw new AssertionError("a clean end at " + report.end() + ", before " + subject.newest());
    }
    return newest;
  }

  private void requireCheckpointNoticing(Case each) {
    Path home = directory.resolve("home-" + homes++);
    try {
      recover(each, home, Optional.of(subject(each).newest()));
    } catch (IntegrityException e) {
      requireNothingLeft(home);
      return;
    } finally {
      remove(home);
      honest(each);
    }
    throw new AssertionError("the checkpoint does not notice");
  }

  private void requireRightEnd(Case each, CairnException e) {
    Set<Integer> allowed =
        each.how() == Case.How.TAKEOVER
            ? TAKEN
            : each.row() == Row.ANSWER_REFUSED ? REFUSED : CODES;
    if (!allowed.contains(e.exitCode())) {
      throw new AssertionError("exit code " + e.exitCode() + ": " + e.getMessage(), e);
    }
    List<String> secrets = secrets(subject(each));
    for (Throwable at = e; at != null; at = at.getCause()) {
      String message = String.valueOf(at.getMessage());
      if (secrets.stream().anyMatch(message::contains)) {
        throw new AssertionError("a secret in the message of " + at.getClass());
      }
    }
    if (e.getMessage().length() < 20) {
      throw new AssertionError("it says too little: " + e.getMessage());
    }
  }

  /** Everything secret that a client holds here, however it might be written. */
  private List<String> secrets(Subject subject) {
    List<String> secrets = new ArrayList<>();
    secrets.add(subject.passwordText());
    try (Stream<Path> files = Files.list(subject.home())) {
      for (Path file :
          files.filter(it -> it.getFileName().toString().startsWith("backup-key")).toList()) {
        Bytes key = Bytes.wrap(Files.readAllBytes(file));
        secrets.add(key.hex());
        secrets.add(key.base64Url());
        secrets.add(HexFormat.of().withUpperCase().formatHex(key.toByteArray()));
      }
    } catch (IOException e) {
      throw new AssertionError("the subject's home cannot be read", e);
    }
    for (LyingProvider.Line line : List.of(reading, logging)) {
      for (Asked asked : List.of(Asked.LOGIN_FINISH, Asked.POSSESSION)) {
        line.truth(asked)
            .filter(answer -> answer.status() < 300)
            .ifPresent(answer -> secrets.add(Fields.read(answer.body()).get("token").asText()));
      }
      line.truth(Asked.TAKEOVER)
          .map(answer -> Fields.read(answer.body()).at("/connection/password").asText())
          .filter(password -> !password.isEmpty())
          .ifPresent(secrets::add);
    }
    return secrets;
  }

  /** What a repeat may use is left beside the home's place, and nothing else. */
  private void requireNothingLeft(Path home) {
    if (Files.exists(home)) {
      throw new AssertionError("a home is left");
    }
    try (Stream<Path> left = Files.walk(directory)) {
      List<Path> others =
          left.filter(Files::isRegularFile)
              .filter(file -> !file.toString().contains(".recovering/"))
              .toList();
      if (!others.isEmpty()) {
        throw new AssertionError("something is left: " + others);
      }
    } catch (IOException e) {
      throw new AssertionError("the directory cannot be read", e);
    }
  }

  private void remove(Path home) {
    for (Path tree :
        List.of(
            home,
            home.resolveSibling("." + home.getFileName() + ".recovering"),
            home.resolveSibling("." + home.getFileName() + ".unfinished"))) {
      if (Files.exists(tree)) {
        try (Stream<Path> all = Files.walk(tree)) {
          for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        } catch (IOException e) {
          throw new AssertionError("it cannot be removed: " + tree, e);
        }
      }
    }
  }

  /** An honest recovery between lies: the account counts what was not finished. */
  private void honest(Case each) {
    reading.tell(Lie.NONE);
    logging.tell(Lie.NONE);
    if (each.how() == Case.How.READ) {
      return;
    }
    boolean takeover = each.how() == Case.How.TAKEOVER;
    if (each.who() == Case.Who.SMALL && ++attempts < ATTEMPTS && !takeover) {
      return;
    }
    attempts = 0;
    Path home = directory.resolve("honest-" + homes++);
    Case truth = new Case(each.row(), "honest", each.who(), each.how(), Lie.NONE);
    try {
      if (!verified(truth, home, recover(truth, home, Optional.empty()))) {
        throw new AssertionError("after it, an honest recovery does not see everything");
      }
    } finally {
      logging.tell(Lie.NONE);
      remove(home);
    }
  }

  @Override
  public void close() {
    alice.close();
    carol.close();
  }
}
