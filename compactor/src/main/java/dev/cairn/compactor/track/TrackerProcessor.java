package dev.cairn.compactor.track;

import dev.cairn.compactor.work.CompactionResult;
import dev.cairn.crypto.Bytes;
import dev.cairn.provider.config.CompactionPolicy;
import dev.cairn.schemas.avro.CompactionJob;
import dev.cairn.schemas.avro.SnapshotEvent;
import dev.cairn.schemas.names.Topics;
import dev.cairn.schemas.wire.MalformedWireException;
import dev.cairn.schemas.wire.RecordType;
import dev.cairn.schemas.wire.WireFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts, and asks for a compaction when the policy says so. The clock is this machine's; owners'
 * clocks do not matter.
 */
final class TrackerProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(TrackerProcessor.class);
  private static final int UNANSWERED = 3;

  private final String cell;
  private final CompactionPolicy policy;
  private final WireFormat wireFormat;
  private final Duration check;
  private final Consumer<TrackSummary> watcher;
  private Optional<ProcessorContext<byte[], byte[]>> context = Optional.empty();

  TrackerProcessor(
      String cell,
      CompactionPolicy policy,
      WireFormat wireFormat,
      Duration check,
      Consumer<TrackSummary> watcher) {
    this.cell = cell;
    this.policy = policy;
    this.wireFormat = wireFormat;
    this.check = check;
    this.watcher = watcher;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> given) {
    context = Optional.of(given);
    given.schedule(check, PunctuationType.WALL_CLOCK_TIME, timestamp -> checkAll());
  }

  /** The cell has gone to another process, or the thread ends: its users are not ours to count. */
  @Override
  public void close() {
    watcher.accept(TrackSummary.NOTHING);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Optional<RecordMetadata> metadata = context().recordMetadata();
    if (metadata.isEmpty()) {
      return;
    }
    Optional<Topics.LogName> log = Topics.parseLog(metadata.get().topic());
    if (log.isPresent()) {
      appended(log.get().userId(), metadata.get().offset(), record.value());
    } else {
      answered(record.value());
    }
  }

  private void appended(String userId, long offset, byte[] value) {
    Instant now = now();
    UserTrack track = load(userId).appended(offset, value == null ? 0 : value.length, now);
    store().put(userId, ask(userId, track, now).toBytes().toByteArray());
  }

  private void answered(byte[] value) {
    if (value == null) {
      return;
    }
    SnapshotEvent event;
    try {
      event = wireFormat.decode(value, RecordType.SNAPSHOT_EVENT, SnapshotEvent.class);
    } catch (MalformedWireException e) {
      LOG.warn("cell {}: passing over what is not an event: {}", cell, e.getMessage());
      return;
    }
    Optional<CompactionResult.Kind> kind = CompactionResult.Kind.of(event.getKind());
    if (kind.isEmpty()) {
      return;
    }
    Instant now = now();
    UserTrack track = load(event.getUserId());
    UserTrack next =
        switch (kind.get()) {
          case PUBLISHED -> track.published(event.getPosition(), event.getBytes(), now);
          case UNCHANGED -> track.unchanged(event.getPosition(), event.getBytes(), now);
          case DAMAGED -> track.inVain(Trouble.DAMAGED, now);
          case FAILED -> track.inVain(Trouble.FAILED, now);
          case QUARANTINED -> track.inVain(Trouble.QUARANTINED, now);
        };
    store().put(event.getUserId(), ask(event.getUserId(), next, now).toBytes().toByteArray());
  }

  private void checkAll() {
    Instant now = now();
    List<String> due = new ArrayList<>();
    TrackSummary summary = TrackSummary.NOTHING;
    try (KeyValueIterator<String, byte[]> all = store().all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> each = all.next();
        UserTrack track = UserTrack.fromBytes(Bytes.wrap(each.value));
        summary = summary.plus(track);
        if (track.isDue(policy, now)) {
          due.add(each.key);
        }
      }
    }
    watcher.accept(summary);
    for (String userId : due) {
      store().put(userId, ask(userId, load(userId), now).toBytes().toByteArray());
    }
  }

  private UserTrack ask(String userId, UserTrack track, Instant now) {
    if (!track.isDue(policy, now)) {
      return track;
    }
    CompactionJob job =
        CompactionJob.newBuilder()
            .setUserId(userId)
            .setJobId("policy-" + track.nextOffset() + "-" + track.asked())
            .setReason("policy")
            .setRequestedAt(now.toEpochMilli())
            .build();
    context()
        .forward(
            new Record<>(
                Bytes.utf8(userId).toByteArray(), wireFormat.encode(job), now.toEpochMilli()));
    if (track.asked() >= UNANSWERED) {
      LOG.warn(
          "user {}: {} compactions were asked for and none helped; {} bytes in {} records are not"
              + " compacted. The workers' log says why, or no worker takes jobs",
          userId,
          track.asked(),
          track.bytes(),
          track.records());
    }
    return track.asked(now);
  }

  private UserTrack load(String userId) {
    byte[] stored = store().get(userId);
    return stored == null ? UserTrack.UNKNOWN : UserTrack.fromBytes(Bytes.wrap(stored));
  }

  private Instant now() {
    return Instant.ofEpochMilli(context().currentSystemTimeMs());
  }

  private KeyValueStore<String, byte[]> store() {
    return context().getStateStore(TrackerTopology.STORE);
  }

  private ProcessorContext<byte[], byte[]> context() {
    return context.orElseThrow();
  }
}
