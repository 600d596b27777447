package dev.cairn.e2e.liar;

import dev.cairn.cli.local.LocalStack;
import dev.cairn.cli.local.LocalStackException;
import dev.cairn.compactor.CompactionRequests;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.rebase.RebaseListener;
import dev.cairn.keyserver.recover.ProgressListener;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.recover.ReusedSession;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.setup.Registration;
import dev.cairn.provider.config.ProviderConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A provider with a liar before it, and owners with different pasts. */
final class World implements AutoCloseable {
  private final Path directory;
  private final LocalStack stack;
  private final OwnerConfig service;
  private final LyingProvider provider;
  private final AtomicInteger others = new AtomicInteger();
  private final Subject alice;
  private final Subject carol;
  private final Moment past;
  private final Answer pastBundle;
  private final Moment between;
  private final Moment present;
  private final Moment carols;
  private final Moment bobs;

  private World(Path directory, LocalStack stack) throws Exception {
    this.directory = directory;
    this.stack = stack;
    this.service = OwnerConfig.read(stack.ownerProperties());
    this.provider = LyingProvider.before(service.serviceUrl());
    alice = register("alice");
    try (Keyserver keyserver = Keyserver.open(alice.home())) {
      alice.write(keyserver, 12);
      compact(alice);
      past = moment(alice);
      pastBundle = heard(alice).get(Asked.BUNDLE);
      try (SecretBytes password = alice.password()) {
        keyserver.rotate(password, Subject.PATIENCE, RebaseListener.NONE);
      }
      keyserver.drain(Subject.PATIENCE);
      alice.remember(keyserver);
      alice.write(keyserver, 6);
      compact(alice);
      alice.write(keyserver, 2);
      between = moment(alice);
      compact(alice);
      alice.write(keyserver, 5);
      compact(alice);
      alice.write(keyserver, 5);
    }
    present = moment(alice);
    Subject bob = register("bob");
    try (Keyserver keyserver = Keyserver.open(bob.home())) {
      bob.write(keyserver, 12);
      compact(bob);
      bob.write(keyserver, 2);
    }
    bobs = moment(bob);
    carol = register("carol");
    try (Keyserver keyserver = Keyserver.open(carol.home())) {
      carol.write(keyserver, 6);
    }
    carols = moment(carol);
  }

  static World start(Path directory) throws Exception {
    return new World(directory, LocalStack.start(directory.resolve("stack")));
  }

  Subject alice() {
    return alice;
  }

  Subject carol() {
    return carol;
  }

  Moment past() {
    return past;
  }

  Answer pastBundle() {
    return pastBundle;
  }

  Moment between() {
    return between;
  }

  Moment present() {
    return present;
  }

  Moment carols() {
    return carols;
  }

  Moment bobs() {
    return bobs;
  }

  /** A line of one's own. */
  LyingProvider.Line line(String name) {
    return provider.line(name);
  }

  /** The service as it is heard on a line. */
  OwnerConfig config(LyingProvider.Line line) {
    return new OwnerConfig(provider.address(line), service.serverName(), Optional.empty());
  }

  /** An owner with a small log. */
  Subject small() throws Exception {
    Subject small = register("small-" + others.getAndIncrement());
    try (Keyserver keyserver = Keyserver.open(small.home())) {
      small.write(keyserver, 3);
    }
    return small;
  }

  /** What an honest recovery of somebody hears. */
  Heard heard(Subject subject) {
    LyingProvider.Line line = line("hearing-" + subject.username());
    line.tell(Lie.NONE);
    Path home = directory.resolve("heard-" + others.getAndIncrement());
    try (SecretBytes password = subject.password()) {
      Recovery.recover(
          RecoverOptions.of(home, config(line), subject.username()).withReadOnly(true),
          password,
          ProgressListener.NONE);
    }
    Map<Asked, Answer> heard = new EnumMap<>(Asked.class);
    for (Asked asked : Asked.values()) {
      line.truth(asked).ifPresent(answer -> heard.put(asked, answer));
    }
    return new Heard(heard);
  }

  private Subject register(String name) {
    Path home = directory.resolve("homes").resolve(name);
    String password = "correct horse of " + name + " battery staple";
    try (SecretBytes secret = SecretBytes.takeOwnershipOf(Bytes.utf8(password).toByteArray())) {
      return new Subject(name, Registration.init(home, service, name, secret), home, password);
    }
  }

  private void compact(Subject subject) throws Exception {
    CompactionRequests.request(
        ProviderConfig.load(stack.providerProperties()),
        subject.userId(),
        Optional.of(Duration.ofMinutes(2)));
  }

  private Moment moment(Subject subject) throws Exception {
    RecoverOptions options = RecoverOptions.of(directory, service, subject.username());
    try (SecretBytes password = subject.password();
        ReusedSession session = new ReusedSession(options, password)) {
      List<LogEntry> log =
          session.log().stream().map(it -> new LogEntry(it.offset(), it.value())).toList();
      return new Moment(log, stored(subject.userId()));
    }
  }

  private NavigableMap<String, Bytes> stored(UserId userId) throws Exception {
    NavigableMap<String, Bytes> files = new TreeMap<>();
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(directory.resolve("stack"))) {
      paths =
          walk.filter(Files::isRegularFile)
              .filter(file -> file.toString().contains("/users/" + userId.value() + "/"))
              .filter(file -> file.toString().contains("/snapshots/"))
              .toList();
    }
    for (Path path : paths) {
      int n = path.getNameCount();
      files.put(
          path.getName(n - 4) + "/" + path.getName(n - 2) + "/" + path.getName(n - 1),
          Bytes.wrap(Files.readAllBytes(path)));
    }
    return files;
  }

  @Override
  public void close() throws LocalStackException {
    provider.close();
    stack.close();
  }
}
