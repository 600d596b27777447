package dev.cairn.e2e.liar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * A provider that lies about everything that it sends: the original or an exception, never a clean
 * end with something else.
 *
 * <p>{@code cairn.liar.samples} says how many lies about single bytes are told, {@code
 * cairn.liar.seed} which: what fails names both.
 */
class LiarIT {
  private static final int PLAYERS = 4;
  private static final boolean SOAK = Boolean.getBoolean("cairn.soak");
  private static final int SAMPLES = SOAK ? 20_000 : 200;

  /** Each login stretches a password: of the same lie about each field, one in so many is told. */
  private static final int LOGINS = 4;

  @TempDir static Path directory;
  private static World world;
  private static ServiceCases service;
  private static final List<Player> players = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    world = World.start(directory);
    // The login is a small client's; the data, which alice's client is lied to about, are hers.
    Heard truth = world.heard(world.small()).withDataOf(world.heard(world.alice()));
    service =
        new ServiceCases(
            truth,
            world.heard(world.small()),
            world.present(),
            world.past(),
            world.between(),
            world.pastBundle());
    for (int i = 0; i < PLAYERS; i++) {
      players.add(new Player(world, directory.resolve("players"), "player-" + i));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    players.forEach(Player::close);
    world.close();
  }

  /** Otherwise every lie in these shapes would be noticed for the wrong reason. */
  @Test
  void theTruthInAnotherShapeIsNoLie() throws Exception {
    SnapshotCases snapshots = new SnapshotCases(world.present(), world.past(), world.bobs());
    requireNewest(Case.Who.ALICE, "two segments instead of one", snapshots.inTwoSegments());
    requireNewest(Case.Who.ALICE, "the same snapshots", Lies.files(world.present().files()));
    requireNewest(Case.Who.ALICE, "the same log", Lies.log(world.present().log()));
    requireNewest(Case.Who.CAROL, "the same whole log", Lies.log(world.carols().log()));
    requireNewest(Case.Who.ALICE, "the same of everything", Lies.moment(world.present()));
  }

  private static void requireNewest(Case.Who who, String name, Lie truth) {
    Player.Ending ending =
        players.get(0).play(new Case(Row.FIELD, name, who, Case.How.READ, truth));
    assertTrue(ending.newest(), name + ": " + ending);
  }

  @Test
  void everyLieAboutAnyPart(TestReporter reporter) throws Exception {
    Bytes foreign = world.bobs().log().get(1).value();
    Bytes stale = world.past().log().get(2).value();
    long anchor = world.present().manifest(world.present().newest()).position() - 1;
    List<Case> cases = new ArrayList<>();
    cases.addAll(new LogCases(Case.Who.ALICE, world.present(), anchor, foreign, stale).all());
    cases.addAll(
        new LogCases(
                Case.Who.CAROL, world.carols(), -1, foreign, world.carols().log().get(0).value())
            .all());
    cases.addAll(new SnapshotCases(world.present(), world.past(), world.bobs()).all());
    cases.addAll(service.all());
    cases.addAll(
        new TakeoverCases(
                "cairn.log.c0." + world.alice().userId().value(), world.alice().userId().value())
            .all());
    Map<Row, List<Player.Ending>> endings = play(SOAK ? cases : withFewerLogins(cases), reporter);
    Set<Row> told = EnumSet.copyOf(endings.keySet());
    told.add(Row.ANSWER_FLIPPED);
    assertEquals(EnumSet.allOf(Row.class), told, "a kind of lie is not told");
    for (Row row : Row.values()) {
      if (row.maySeemWhole()) {
        assertTrue(
            endings.getOrDefault(row, List.of()).stream()
                .anyMatch(ending -> ending.thrown().isEmpty() && !ending.newest()),
            "noticed after all, so that the document is wrong: " + row.text());
      }
    }
  }

  private static List<Case> withFewerLogins(List<Case> cases) {
    Set<Row> thinned = EnumSet.of(Row.FIELD, Row.ANSWER_REFUSED, Row.ANSWER_SWAPPED);
    List<Case> fewer = new ArrayList<>();
    int logins = 0;
    for (Case each : cases) {
      boolean costly = each.how() == Case.How.LOGIN && thinned.contains(each.row());
      if (!costly || logins++ % LOGINS == 0) {
        fewer.add(each);
      }
    }
    return fewer;
  }

  @Test
  void anyBytesOfAnyAnswer(TestReporter reporter) throws Exception {
    int samples = Integer.getInteger("cairn.liar.samples", SAMPLES);
    long seed = Long.getLong("cairn.liar.seed", new Random().nextInt(1_000_000_000));
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      cases.add(service.sample(seed, i));
    }
    play(cases, reporter);
  }

  private static Map<Row, List<Player.Ending>> play(List<Case> cases, TestReporter reporter)
      throws Exception {
    Queue<Case> left = new ConcurrentLinkedQueue<>(cases);
    Map<Row, List<Player.Ending>> endings = new EnumMap<>(Row.class);
    List<String> failures = new ArrayList<>();
    ExecutorService executor = Executors.newFixedThreadPool(PLAYERS);
    try {
      List<Future<?>> playing = new ArrayList<>();
      for (Player player : players) {
        playing.add(
            executor.submit(() -> {
              for (Case each = left.poll(); each != null; each = left.poll()) {
                try {
                  Player.Ending ending = player.play(each);
                  synchronized (endings) {
                    endings.computeIfAbsent(each.row(), any -> new ArrayList<>()).add(ending);
                  }
                } catch (AssertionError | RuntimeException e) {
                  synchronized (endings) {
                    failures.add(each + ": " + e.getMessage());
                  }
                }
              }
            }));
      }
      for (Future<?> each : playing) {
        each.get();
      }
    } finally {
      executor.shutdownNow();
    }
    Map<String, Integer> codes = new TreeMap<>();
    endings.forEach((each, ends) ->
        ends.forEach(ending ->
            codes.merge(
                ending
                    .thrown()
                    .map(e -> "exit " + e.exitCode())
                    .orElse(ending.newest() ? "the original" : "an older original"),
                1,
                Integer::sum)));
    endings.forEach((row, ends) ->
        reporter.publishEntry(
            row.text(),
            ends.stream()
                .map(ending ->
                    ending
                        .thrown()
                        .map(e -> "exit " + e.exitCode())
                        .orElse(ending.newest() ? "the original" : "an older original"))
                .collect(Collectors.groupingBy(end -> end, TreeMap::new, Collectors.counting()))
                .toString()));
    reporter.publishEntry(cases.size() + " lies", codes.toString());
    assertEquals("", String.join("\n", failures), failures.size() + " of " + cases.size());
    return endings;
  }
}
