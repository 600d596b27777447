package dev.cairn.compactor.track;

import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.schemas.names.Topics;
import dev.cairn.schemas.wire.WireFormat;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Kafka Streams application of one cell. */
public final class Tracker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tracker.class);
  private static final int MAX_RESTARTS = 20;
  private static final Duration RESTARTS_WITHIN = Duration.ofMinutes(10);
  private static final int FETCH_BYTES = 8 * 1024 * 1024;
  private static final Duration CHECK = Duration.ofSeconds(5);

  private final KafkaStreams streams;
  private final Deque<Instant> restarts = new ArrayDeque<>();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicReference<TrackSummary> summary;

  private Tracker(KafkaStreams streams, AtomicReference<TrackSummary> summary) {
    this.streams = streams;
    this.summary = summary;
  }

  /**
   * Starts it. It comes up in the background, and goes on by itself after Kafka was away.
   *
   * @param instance names this process among those of the cell, the same after a restart
   */
  public static Tracker start(ProviderConfig config, WireFormat wireFormat, String instance) {
    Duration check = CHECK.compareTo(config.metadataMaxAge()) < 0 ? CHECK : config.metadataMaxAge();
    AtomicReference<TrackSummary> summary = new AtomicReference<>(TrackSummary.NOTHING);
    KafkaStreams streams =
        new KafkaStreams(
            TrackerTopology.build(
                config.cell(), config.compactionPolicy(), wireFormat, check, summary::set),
            properties(config, instance));
    Tracker tracker = new Tracker(streams, summary);
    streams.setUncaughtExceptionHandler(tracker::failed);
    streams.start();
    return tracker;
  }

  static Properties properties(ProviderConfig config, String instance) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, Topics.trackerApplication(config.cell()));
    properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().resolve("tracker").toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) config.replicationFactor());
    properties.put(
        StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, WallclockTimestampExtractor.class);
    properties.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndContinueExceptionHandler.class);
    properties.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, ContinueProducing.class);
    properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 8);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 5_000L);
    properties.put(StreamsConfig.METADATA_MAX_AGE_CONFIG, config.metadataMaxAge().toMillis());
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instance);
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), FETCH_BYTES);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    Properties all = new Properties();
    all.putAll(config.kafkaClients().streams(properties));
    return all;
  }

  /** Whether it runs, or is on the way there. */
  public boolean isHealthy() {
    return streams.state().isRunningOrRebalancing()
        || streams.state() == KafkaStreams.State.CREATED;
  }

  /** Whether it runs: not while it starts or rebalances, and not once it has stopped. */
  public boolean isRunning() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /** The state, in Kafka Streams' word. */
  public String state() {
    return streams.state().name();
  }

  /** How all users stood at the last look. */
  public TrackSummary summary() {
    return Objects.requireNonNullElse(summary.get(), TrackSummary.NOTHING);
  }

  /** How often its thread failed. */
  public long failures() {
    return failures.get();
  }

  /** The metrics of Kafka Streams and its clients. */
  public MeterBinder meters() {
    return new KafkaStreamsMetrics(streams);
  }

  @Override
  public void close() {
    streams.close(Duration.ofSeconds(10));
  }

  private synchronized StreamThreadExceptionResponse failed(Throwable failure) {
    Instant now = Instant.now();
    restarts.addLast(now);
    failures.incrementAndGet();
    while (restarts.getFirst().isBefore(now.minus(RESTARTS_WITHIN))) {
      restarts.removeFirst();
    }
    if (restarts.size() > MAX_RESTARTS) {
      LOG.error(
          "the tracker failed {} times within {} and stops; compactions come only when somebody"
              + " asks",
          restarts.size(),
          RESTARTS_WITHIN,
          failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    // A topic that appears while the state is being restored does this; it is no reason to worry.
    LOG.warn("the tracker starts anew: {}", failure.getMessage());
    LOG.debug("the tracker failed", failure);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }
}
