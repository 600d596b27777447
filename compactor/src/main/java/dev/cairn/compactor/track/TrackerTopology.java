package dev.cairn.compactor.track;

import dev.cairn.provider.config.CompactionPolicy;
import dev.cairn.schemas.names.Topics;
import dev.cairn.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * One sub-topology for a cell:
 *
 * <pre>
 * cairn.log.&lt;cell&gt;.*       ─┐
 *                            ├─ tracker (state by user) ─ cairn.jobs.&lt;cell&gt;
 * cairn.snapshots.&lt;cell&gt;   ─┘
 * </pre>
 *
 * <p>The snapshots topic is always there, so that the application has a source when no user has a
 * log yet. Keys and values of logs are bytes that nobody decodes here.
 */
public final class TrackerTopology {
  static final String STORE = "tracks";
  private static final String LOGS = "logs";
  private static final String EVENTS = "events";
  private static final String TRACKER = "tracker";
  private static final String JOBS = "jobs";

  private TrackerTopology() {}

  /**
   * Builds it.
   *
   * @param check how often users are looked at who write nothing
   * @param watcher is told at each look how all users stand
   */
  public static Topology build(
      String cell,
      CompactionPolicy policy,
      WireFormat wireFormat,
      Duration check,
      Consumer<TrackSummary> watcher) {
    Topology topology = new Topology();
    topology.addSource(
        LOGS, new ByteArrayDeserializer(), new ByteArrayDeserializer(), Topics.logPattern(cell));
    topology.addSource(
        EVENTS, new ByteArrayDeserializer(), new ByteArrayDeserializer(), Topics.snapshots(cell));
    topology.addProcessor(
        TRACKER,
        () -> new TrackerProcessor(cell, policy, wireFormat, check, watcher),
        LOGS,
        EVENTS);
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
            .withCachingDisabled(),
        TRACKER);
    topology.addSink(
        JOBS, Topics.jobs(cell), new ByteArraySerializer(), new ByteArraySerializer(), TRACKER);
    return topology;
  }
}
