package dev.cairn.journal.judge;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.journal.record.SignedHeader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one reader makes of a log. */
final class Reading {
  /** A snapshot that could be made: where its record stands, and what its manifest would say. */
  record Snapshot(int offset, SnapshotAnchor anchor) {}

  final List<Verdict> verdicts = new ArrayList<>();
  final List<Snapshot> snapshots = new ArrayList<>();

  /** Heads of the accepted chain, the snapshot's record first. */
  final List<Bytes> chain = new ArrayList<>();

  final int start;
  private final Judge judge;
  private Set<Bytes> chainSet = Set.of();

  private Reading(Judge judge, int start) {
    this.judge = judge;
    this.start = start;
  }

  Optional<ChainPosition> position() {
    return judge.position();
  }

  Optional<Damage> damage() {
    return judge.damage();
  }

  boolean isDamaged() {
    return judge.isDamaged();
  }

  boolean contains(Bytes head) {
    return chainSet.contains(head);
  }

  static Reading fromGenesis(List<Examined> log, SignatureCheck signatures) {
    Judge judge =
        Judge.fromGenesis(
            new Authenticator(RecordCodec.withBuiltInSchemas(), signatures),
            World.USER,
            TrustedKeys.none());
    return new Reading(judge, 0).read(log, signatures);
  }

  static Reading fromSnapshot(
      List<Examined> log, SnapshotAnchor anchor, SignatureCheck signatures) {
    Judge judge =
        Judge.fromSnapshot(
            new Authenticator(RecordCodec.withBuiltInSchemas(), signatures),
            anchor,
            TrustedKeys.none());
    int start = 0;
    for (int i = 0; i < log.size() && start == 0; i++) {
      Optional<LogRecord> record = log.get(i).record();
      if (record.isPresent() && anchor.isCopy(record.get())) {
        start = i + 1;
      }
    }
    Reading reading = new Reading(judge, start);
    reading.chain.add(anchor.head());
    return reading.read(log, signatures);
  }

  private Reading read(List<Examined> log, SignatureCheck signatures) {
    for (int offset = start; offset < log.size(); offset++) {
      Judgement judgement = judge.judge(offset, log.get(offset));
      verdicts.add(judgement.verdict());
      judgement.accepted().ifPresent(it -> chain.add(it.head()));
      if (judgement.clean()) {
        SignedHeader last = judge.lastRecord().orElseThrow();
        SignedHeader opened = judge.epochOpened().orElseThrow();
        try {
          snapshots.add(
              new Snapshot(
                  offset,
                  SnapshotAnchor.of(World.USER, last, opened, TrustedKeys.none(), signatures)));
        } catch (AnchorBrokenException e) {
          throw new AssertionError("A clean record must be fit for a snapshot", e);
        }
      }
    }
    chainSet = new HashSet<>(chain);
    return this;
  }
}
