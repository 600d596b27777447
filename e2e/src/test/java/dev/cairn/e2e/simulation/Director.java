package dev.cairn.e2e.simulation;

import dev.cairn.compactor.catalog.StoredDirectory;
import dev.cairn.compactor.work.CompactionResult;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.recover.RecoveryReport;
import dev.cairn.keyserver.state.StateStore;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.schemas.names.ObjectKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Decides what happens in a world: who starts, who dies and when, how bad the weather is. Ends with
 * a reckoning.
 *
 * <p>The reckoning: every keyserver is gone, or the last one has published what it had. A recovery
 * must succeed, with everything that was acknowledged, and with the state that the model has for
 * that transaction. Then it goes on for a while, is compacted to the end, and nothing may be left
 * in storage that is not needed. Where brokers have lost records, recovery is given the newest
 * acknowledged record as its checkpoint and must either have it or end with an integrity error.
 */
final class Director {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final World world;
  private final Random random;
  private final boolean disasters;
  private final List<KeyserverLife> lives = new ArrayList<>();
  private final List<Home> homes = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final List<RecoveryAttempt> attempts = new ArrayList<>();
  private int names;

  Director(World world) {
    this.world = world;
    this.random = world.random;
    this.disasters = random.nextInt(4) == 0;
  }

  void direct() {
    try {
      homes.add(firstHome());
      int events = 5 + random.nextInt(30);
      for (int i = 0; i < events; i++) {
        event();
        world.scheduler.sleep(Duration.ofNanos(random.nextInt(8_000_000)));
        reap();
      }
      reckon();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends keep failing, and in the middle of that the keyserver burns down for good. */
  void burnWhileSending() {
    try {
      KeyserverLife life = new KeyserverLife(world, firstHome(), 40);
      world.weather.set(60, false);
      world.scheduler.sleep(Duration.ofNanos(5_000_000 + random.nextInt(30_000_000)));
      world.weather.clear();
      life.die(random.nextBoolean());
      world.log.settle();
      if (!world.log.chain.links().isEmpty()) {
        recover();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Brokers lose the record that the newest snapshot is of: at the offset that its manifest names
   * stands a later one then.
   */
  void shiftWhatASnapshotNames() {
    try {
      KeyserverLife life = new KeyserverLife(world, firstHome(), 4);
      for (int i = 0; i < 2; i++) {
        awaitDrained(life);
        world.log.repeat(3);
        life.submitSome(3);
        awaitDrained(life);
        compact();
      }
      Home left = life.die(false);
      long named = world.log.end();
      world.log.loseTail((int) (world.log.end() - world.log.start()));
      life = new KeyserverLife(world, left, 1);
      awaitDrained(life);
      while (world.log.end() <= named) {
        life.submitSome(1);
        awaitDrained(life);
      }
      compact();
      long sequence = world.writer(1).sequence();
      life.die(false);
      requireDrill(world.writer(1), sequence);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitDrained(KeyserverLife life) {
    world.require(
        world.scheduler.await(life::isDrained, PATIENCE), () -> "What is durable is not published");
  }

  private Home firstHome() throws IOException {
    return new Home(
        "home1",
        1,
        new SimulatedDisk(world.scheduler, world.faults),
        Database.empty(world.newDirectory()));
  }

  private void event() throws IOException {
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> startKeyserver();
      case 3, 4, 5 -> workers.add(new Worker(world, "worker" + ++names));
      case 6 -> {
        workers.add(new Worker(world, "worker" + ++names));
        workers.add(new Worker(world, "worker" + ++names));
      }
      case 7 -> killKeyserver();
      case 8 -> killWorker();
      case 9 -> {
        if (random.nextInt(2) == 0) {
          startRecovery();
        }
      }
      case 10 -> killRecovery();
      case 11 -> world.weather.brokerAway(random.nextInt(3) == 0);
      case 12 ->
          world.weather.set(
              random.nextInt(3) == 0 ? 30 : random.nextInt(4), random.nextInt(3) == 0);
      case 13, 14 -> world.log.repeat(1 + random.nextInt(4));
      default -> {
        if (disasters) {
          world.log.loseTail(1 + random.nextInt(20));
        }
      }
    }
  }

  // ---- keyservers

  /** Whichever home is newest, or rarely one that has lost the log already. */
  private void startKeyserver() {
    if (homes.isEmpty()) {
      return;
    }
    Home home = random.nextInt(5) == 0 ? homes.get(random.nextInt(homes.size())) : newestHome();
    homes.remove(home);
    lives.add(new KeyserverLife(world, home, random.nextInt(30)));
  }

  private Home newestHome() {
    return homes.stream()
        .reduce((one, other) -> other.epoch() > one.epoch() ? other : one)
        .orElseThrow();
  }

  private void killKeyserver() throws IOException {
    if (!lives.isEmpty()) {
      end(lives.get(random.nextInt(lives.size())), random.nextBoolean());
    }
  }

  private void end(KeyserverLife life, boolean powerLost) throws IOException {
    lives.remove(life);
    homes.add(life.die(powerLost));
  }

  // ---- workers

  private void killWorker() {
    if (!workers.isEmpty()) {
      Worker worker = workers.remove(random.nextInt(workers.size()));
      world.scheduler.kill(worker.machine);
    }
  }

  // ---- recoveries

  private void startRecovery() {
    if (world.log.chain.links().isEmpty()) {
      return;
    }
    Optional<RecoveryAttempt> unfinished =
        attempts.stream().filter(it -> it.hasEnded() && it.report().isEmpty()).findFirst();
    if (unfinished.isPresent() && random.nextInt(3) > 0) {
      attempts.remove(unfinished.get());
      attempts.add(
          new RecoveryAttempt(world, "recovery" + ++names, unfinished.get().place(), false, false));
    } else {
      attempts.add(
          new RecoveryAttempt(
              world,
              "recovery" + ++names,
              world.directory.resolve("recovered" + names),
              false,
              false));
    }
  }

  private void killRecovery() {
    List<RecoveryAttempt> running = attempts.stream().filter(it -> !it.hasEnded()).toList();
    if (!running.isEmpty()) {
      RecoveryAttempt victim = running.get(random.nextInt(running.size()));
      attempts.remove(victim);
      world.scheduler.kill(victim.machine);
      if (random.nextBoolean()) { // and somebody runs it again
        attempts.add(
            new RecoveryAttempt(world, "recovery" + ++names, victim.place(), false, false));
      }
    }
  }

  /** Takes in what has ended by itself. */
  private void reap() {
    workers.removeIf(Worker::hasEnded);
    for (RecoveryAttempt attempt : List.copyOf(attempts)) {
      if (attempt.hasEnded() && attempt.report().isPresent()) {
        attempts.remove(attempt);
        homes.add(attempt.home(attempt.machine.name + "-home"));
      }
    }
  }

  // ---- the reckoning

  private void reckon() throws IOException {
    boolean burned = random.nextBoolean();
    if (!burned && !lives.isEmpty()) {
      world.weather.clear();
      awaitNoRecovery();
      lives.forEach(KeyserverLife::submitNoMore);
      awaitPublished();
    }
    world.weather.clear();
    workers.forEach(worker -> world.scheduler.kill(worker.machine));
    workers.clear();
    attempts.forEach(attempt -> world.scheduler.kill(attempt.machine));
    attempts.clear();
    for (KeyserverLife life : List.copyOf(lives)) {
      end(life, random.nextBoolean());
    }
    world.log.settle();
    if (world.log.chain.links().isEmpty()) {
      return; // nobody ever published anything
    }
    Optional<Home> recovered = recover();
    if (recovered.isPresent()) {
      goOn(recovered.get());
    }
  }

  private void awaitNoRecovery() {
    world.require(
        world.scheduler.await(
            () -> attempts.stream().allMatch(RecoveryAttempt::hasEnded), PATIENCE),
        () -> "A recovery does not end in good weather");
    reap();
  }

  /** Every writer has published all it has, or knows that it never will. */
  private void awaitPublished() {
    boolean done =
        world.scheduler.await(
            () -> lives.stream().allMatch(life -> life.isDrained() || life.isFenced()), PATIENCE);
    world.require(
        done || world.log.losses() > 0, () -> "What is durable is not published in good weather");
  }

  /** Everything is lost but what the provider has. */
  private Optional<Home> recover() throws IOException {
    boolean losses = world.log.losses() > 0;
    RecoveryAttempt attempt =
        new RecoveryAttempt(
            world, "reckoning", world.directory.resolve("reckoning"), false, losses);
    world.require(
        world.scheduler.await(attempt::hasEnded, PATIENCE), () -> "The last recovery does not end");
    if (attempt.report().isEmpty()) {
      world.require(
          losses && attempt.failure().orElseThrow() instanceof IntegrityException,
          () -> "The last recovery fails: " + attempt.failure());
      return Optional.empty();
    }
    Home home = attempt.home("reckoning-home");
    RecoveryReport report = attempt.report().get();
    long sequence = report.sequence();
    Map<ObjectName, Value> expected = world.writer(home.epoch()).stateAt(sequence);
    world.require(
        contents(home).equals(expected),
        () -> "What was recovered is not the state at transaction " + sequence);
    world
        .newestAcknowledged()
        .ifPresent(acknowledged ->
            world.require(
                report.end().index() > acknowledged.index()
                    && (losses
                        || world
                            .log
                            .chain
                            .at(acknowledged.index())
                            .filter(record -> record.head().equals(acknowledged.head()))
                            .isPresent()),
                () -> "Record " + acknowledged + " was acknowledged and is not in the backup"));
    return Optional.of(home);
  }

  private static Map<ObjectName, Value> contents(Home home) {
    Map<ObjectName, Value> found = new TreeMap<>();
    try (StateStore store = StateStore.open(home.database().file, SimulatedOwner.USER)) {
      store.forEachObject(object -> found.put(object.name(), object.value()));
    }
    return found;
  }

  /** Life goes on, is compacted, and storage holds in the end what it must and nothing else. */
  private void goOn(Home home) throws IOException {
    KeyserverLife life = new KeyserverLife(world, home, 5);
    for (int i = 0; i < 3; i++) {
      world.require(
          world.scheduler.await(life::isDrained, PATIENCE),
          () -> "The recovered keyserver cannot publish");
      compact();
      world.scheduler.sleep(Worker.GRACE.multipliedBy(2));
      life.submitSome(2);
    }
    world.require(world.scheduler.await(life::isDrained, PATIENCE), () -> "It does not go on");
    compact();
    world.scheduler.sleep(Worker.GRACE.multipliedBy(2));
    compact();
    long sequence = world.writer(home.epoch()).sequence();
    life.die(false);
    requireSwept();
    requireDrill(world.writer(home.epoch()), sequence);
  }

  /** A recovery that takes nothing over has exactly what that writer has written. */
  private void requireDrill(Model.Writer writer, long sequence) {
    RecoveryAttempt drill =
        new RecoveryAttempt(world, "drill", world.directory.resolve("drill"), true, true);
    world.require(world.scheduler.await(drill::hasEnded, PATIENCE), () -> "The drill does not end");
    RecoveryReport report = drill.report().orElseThrow();
    world.require(
        report.sequence() == sequence,
        () -> "The drill has transaction " + report.sequence() + " instead of " + sequence);
    Map<ObjectName, Value> found = new TreeMap<>();
    try (StateStore store =
        StateStore.open(drill.place().resolve("store.db"), SimulatedOwner.USER)) {
      store.forEachObject(object -> found.put(object.name(), object.value()));
    }
    world.require(
        found.equals(writer.stateAt(sequence)),
        () -> "The drill's state is not that of transaction " + sequence);
  }

  private void compact() {
    LogRecord last = world.log.chain.last().orElseThrow();
    Worker worker = new Worker(world, "worker" + ++names);
    world.require(
        world.scheduler.await(worker::hasEnded, PATIENCE), () -> "The compaction does not end");
    CompactionResult result = worker.result().orElseThrow();
    world.require(
        result.newest().filter(it -> it.index() >= last.index()).isPresent(),
        () -> "In good weather a compaction comes to " + result.describe());
  }

  private void requireSwept() throws IOException {
    List<StoredDirectory> left = world.catalog().list(SimulatedOwner.USER);
    List<ObjectStat> all = world.bucket.list(ObjectKeys.user(SimulatedOwner.USER.value()));
    long files = left.stream().mapToLong(it -> it.files().size()).sum();
    world.require(
        left.size() == Worker.KEEP && files == all.size(),
        () -> "Storage holds what nobody needs: " + all.stream().map(ObjectStat::key).toList());
  }
}
