package dev.cairn.journal.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.judge.World.Event;
import dev.cairn.journal.record.LogRecord;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The evidence behind the judging rules: short histories, enumerated, and what a dishonest provider
 * may make of their logs. Every reader, from genesis and from every snapshot that could have been
 * made, must come to the same end; what was acknowledged at contiguous offsets must be in
 * everybody's chain; nothing in the middle may be lost in silence.
 *
 * <p>What is inherent, and left out of the last: cutting off the end; choosing which of two clones
 * wins; ordering a takeover before a late commit.
 */
final class HistoryEnumerationTest {
  private static final long SEED = Long.getLong("cairn.seed", 20_261_124L);
  private static final int SCALE = Boolean.getBoolean("cairn.soak") ? 75 : 1;
  private static final int EXHAUSTIVE_LENGTH = 3;
  private static final int SAMPLED_HISTORIES = 8_000 * SCALE;
  private static final int ALTERED_HISTORIES = 400 * SCALE;
  private static final int PAIRS_OF_EACH = 150;

  private final Map<Verdict, Long> seen = new EnumMap<>(Verdict.class);
  private final IdentityHashMap<LogRecord, Examined> examined = new IdentityHashMap<>();
  private SignatureCheck signatures = Author.CHEAP;
  private long readings;

  /**
   * A record that stands before the key version which comes before its own is not kept for when its
   * key is known. It may then be lost in silence, but only from the end; and a reader whose
   * snapshot ends with it may see damage that others saw heal.
   */
  private long acrossRotations;

  @Test
  void everyShortHistoryIsReadAlikeByEverybody() {
    int histories = 0;
    Event[] events = Event.values();
    for (int length = 0; length <= EXHAUSTIVE_LENGTH; length++) {
      int total = (int) Math.pow(events.length, length);
      for (int number = 0; number < total; number++) {
        List<Event> script = new ArrayList<>();
        for (int i = 0, rest = number; i < length; i++, rest /= events.length) {
          script.add(events[rest % events.length]);
        }
        checkHonest(script, World.cheap());
        histories++;
      }
    }
    Random random = new Random(SEED);
    for (int i = 0; i < SAMPLED_HISTORIES; i++) {
      checkHonest(sample(random, EXHAUSTIVE_LENGTH + 1 + random.nextInt(7)), World.cheap());
      histories++;
    }
    System.out.println(
        histories + " histories, " + readings + " readings, seed " + SEED + ", verdicts " + seen);
    for (Verdict verdict : Verdict.values()) {
      if (verdict != Verdict.ALIEN) {
        assertTrue(seen.getOrDefault(verdict, 0L) > 100, "Too little of " + verdict + ": " + seen);
      }
    }
  }

  @Test
  void whateverTheProviderMakesOfALogReadersAgreeAndNothingIsLostInSilence() {
    Random random = new Random(SEED);
    long logs = 0;
    for (int i = 0; i < ALTERED_HISTORIES; i++) {
      List<Event> script = sample(random, 2 + random.nextInt(6));
      World world = play(script, World.cheap());
      logs += checkAltered(script, world, random, PAIRS_OF_EACH);
    }
    System.out.println(
        logs
            + " altered logs, "
            + readings
            + " readings, seed "
            + SEED
            + ", moved across two rotations "
            + acrossRotations
            + ", verdicts "
            + seen);
    assertTrue(acrossRotations < logs / 5000, "Too many exceptions: " + acrossRotations);
    for (Verdict verdict : Verdict.values()) {
      assertTrue(seen.getOrDefault(verdict, 0L) > 1000, "Too little of " + verdict + ": " + seen);
    }
  }

  @Test
  void theSameHoldsWithRealSignatures() {
    signatures = dev.cairn.crypto.AuthorPublicKey::verifies;
    Random random = new Random(SEED + 1);
    for (int i = 0; i < 60; i++) {
      List<Event> script = sample(random, 2 + random.nextInt(5));
      checkHonest(script, World.real());
      checkAltered(script, play(script, World.real()), random, 5);
    }
  }

  private static long rotations(List<Event> script) {
    return script.stream().filter(it -> it == Event.ROTATE).count();
  }

  private static List<Event> sample(Random random, int length) {
    Event[] events = Event.values();
    List<Event> script = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      script.add(events[random.nextInt(events.length)]);
    }
    return script;
  }

  private static World play(List<Event> script, World world) {
    script.forEach(world::event);
    return world;
  }

  private void checkHonest(List<Event> script, World world) {
    examined.clear();
    play(script, world);
    checkAgreement(script, 0, world.log, examine(world.log));
    checkAcknowledged(script, world);
    world.settle();
    checkAgreement(script, 0, world.log, examine(world.log));
    Reading reading = checkAcknowledged(script, world);
    if (!world.contested && !world.isInChargeFenced()) {
      assertFalse(reading.isDamaged(), () -> "Sending again did not heal " + script);
      assertEquals(
          world.log.get(world.log.size() - 1).head(),
          reading.position().orElseThrow().head(),
          () -> "The last record is not the head after " + script);
    }
  }

  /** All readers of one log end at the same place with the same damage. */
  private Reading checkAgreement(
      List<Event> script, int alterations, Object log, List<Examined> examinedLog) {
    Reading genesis = read(Reading.fromGenesis(examinedLog, signatures));
    for (Reading.Snapshot snapshot : genesis.snapshots) {
      Reading reading = read(Reading.fromSnapshot(examinedLog, snapshot.anchor(), signatures));
      if (!reading.position().equals(genesis.position())
          || !reading.damage().equals(genesis.damage())) {
        if (alterations > 1 && rotations(script) > 1) {
          acrossRotations++;
          continue;
        }
        fail(
            "Readers disagree after "
                + script
                + " on "
                + log
                + ": genesis "
                + genesis.verdicts
                + genesis.damage()
                + ", snapshot behind "
                + snapshot.offset()
                + " "
                + reading.verdicts
                + reading.damage());
      }
    }
    return genesis;
  }

  private Reading checkAcknowledged(List<Event> script, World world) {
    List<Examined> log = examine(world.log);
    Reading genesis = Reading.fromGenesis(log, signatures);
    if (world.contested && script.contains(Event.LOSE_TAIL)) {
      return genesis;
    }
    for (Bytes head : world.acknowledged) {
      assertTrue(
          genesis.contains(head),
          () -> "Acknowledged and not in the chain after " + script + ": " + world.log);
    }
    return genesis;
  }

  private long checkAltered(List<Event> script, World world, Random random, int pairs) {
    examined.clear();
    List<Examined> original = examine(world.log);
    Reading honest = Reading.fromGenesis(original, signatures);
    Alterations alterations = new Alterations(original, spliceable(world));
    List<Alteration> singles = alterations.singles();
    long logs = 0;
    for (Alteration one : singles) {
      checkAlteredLog(script, world, honest, List.of(one), one.apply(original));
      logs++;
    }
    for (int i = 0; i < pairs; i++) {
      Alteration first = singles.get(random.nextInt(singles.size()));
      List<Examined> between = first.apply(original);
      List<Alteration> seconds = new Alterations(between, spliceable(world)).singles();
      Alteration second = seconds.get(random.nextInt(seconds.size()));
      checkAlteredLog(script, world, honest, List.of(first, second), second.apply(between));
      logs++;
    }
    return logs;
  }

  private void checkAlteredLog(
      List<Event> script,
      World world,
      Reading honest,
      List<Alteration> how,
      List<Examined> altered) {
    List<Reading> readings = new ArrayList<>();
    readings.add(checkAgreement(script, how.size(), how, altered));
    for (Reading.Snapshot snapshot : honest.snapshots) {
      readings.add(read(Reading.fromSnapshot(altered, snapshot.anchor(), signatures)));
    }
    for (Reading reading : readings) {
      if (!reading.isDamaged()) {
        checkNothingIsLostInSilence(script, world, honest, how, altered, reading);
      }
    }
  }

  /**
   * Of an undamaged reading that follows the honest chain, no acknowledged record is missing which
   * the log still shows evidence of.
   */
  private void checkNothingIsLostInSilence(
      List<Event> script,
      World world,
      Reading honest,
      List<Alteration> how,
      List<Examined> altered,
      Reading reading) {
    int from = reading.chain.isEmpty() ? 0 : honest.chain.indexOf(reading.chain.get(0));
    List<Bytes> expected = honest.chain.subList(from, honest.chain.size());
    int common = 0;
    while (common < expected.size()
        && common < reading.chain.size()
        && expected.get(common).equals(reading.chain.get(common))) {
      common++;
    }
    if (common < reading.chain.size() && common < expected.size()) {
      assertTrue(
          world.contested,
          () -> "Another chain without a second writer after " + script + ", " + how);
      return;
    }
    Set<Bytes> present =
        altered.subList(reading.start, altered.size()).stream()
            .flatMap(it -> it.record().stream())
            .map(LogRecord::head)
            .collect(Collectors.toSet());
    for (Bytes lost : expected.subList(common, expected.size())) {
      if (present.contains(lost) && how.size() > 1 && rotations(script) > 1) {
        acrossRotations++;
      } else if (present.contains(lost)) {
        fail(
            "Lost in silence after "
                + script
                + ", "
                + how
                + ": the honest log was "
                + world.log
                + " with "
                + honest.verdicts
                + ", this reader "
                + reading.verdicts
                + " from "
                + reading.start);
      }
    }
  }

  private Reading read(Reading reading) {
    readings++;
    reading.verdicts.forEach(it -> seen.merge(it, 1L, Long::sum));
    return reading;
  }

  private List<Examined> spliceable(World world) {
    return examine(world.signed.stream().filter(it -> !world.log.contains(it)).toList());
  }

  private List<Examined> examine(List<LogRecord> log) {
    return log.stream()
        .map(it -> examined.computeIfAbsent(it, key -> Examined.readable(key, signatures)))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** One thing that a provider may do to a log. */
  private record Alteration(String what, int at, int to, Optional<Examined> record) {
    private static final Examined GARBAGE = Examined.unreadable("garbage");

    List<Examined> apply(List<Examined> log) {
      List<Examined> altered = new ArrayList<>(log);
      switch (what) {
        case "delete" -> altered.remove(at);
        case "swap" -> altered.set(at, altered.set(to, altered.get(at)));
        case "copy" -> altered.add(to, log.get(at));
        case "garbage for" -> altered.set(at, GARBAGE);
        case "garbage before" -> altered.add(at, GARBAGE);
        case "splice" -> altered.add(at, record.orElseThrow());
        default -> throw new IllegalStateException(what);
      }
      return altered;
    }

    @Override
    public String toString() {
      return what + " " + at + " " + to + record.flatMap(Examined::record).orElse(null);
    }
  }

  private record Alterations(List<Examined> log, List<Examined> others) {
    List<Alteration> singles() {
      List<Alteration> all = new ArrayList<>();
      for (int i = 0; i < log.size(); i++) {
        all.add(new Alteration("delete", i, 0, Optional.empty()));
        all.add(new Alteration("garbage for", i, 0, Optional.empty()));
        for (int j = 0; j <= log.size(); j++) {
          if (i < j && j < log.size()) {
            all.add(new Alteration("swap", i, j, Optional.empty()));
          }
          all.add(new Alteration("copy", i, j, Optional.empty()));
        }
      }
      for (int i = 0; i <= log.size(); i++) {
        all.add(new Alteration("garbage before", i, 0, Optional.empty()));
        for (Examined other : others) {
          all.add(new Alteration("splice", i, 0, Optional.of(other)));
        }
      }
      return all;
    }
  }
}
