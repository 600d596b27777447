package dev.cairn.compactor.work;

import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.KafkaClients;
import dev.cairn.schemas.names.Topics;
import dev.cairn.schemas.wire.WireFormat;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs from the jobs topic of a cell: one thread polls, a bounded pool works, large users
 * have a lane of their own, a partition is paused while enough of its jobs run. One user is
 * compacted by one worker at a time within a process; between processes nothing depends on that.
 *
 * <p>A job's offset is committed when what it came to was told. A job that runs when the process
 * dies runs again.
 */
public final class JobWorkers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobWorkers.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long RETRY_SECONDS = 5;
  private static final long CLOSE_SECONDS = 10;

  /** Does one job. */
  @FunctionalInterface
  interface Runner {
    CompactionResult run(UserId userId, String jobId) throws LogUnavailableException;
  }

  private final String cell;
  private final Map<String, Object> consumerProperties;
  private final WireFormat wireFormat;
  private final Runner runner;
  private final ToLongFunction<UserId> stateBytes;
  private final int workers;
  private final long largeBytes;
  private final ExecutorService lane;
  private final ExecutorService largeLane;
  private final ScheduledExecutorService retries =
      Executors.newSingleThreadScheduledExecutor(named("cairn-job-retries-"));
  private final ConcurrentLinkedQueue<Job> finished = new ConcurrentLinkedQueue<>();
  private final Thread poller;
  private volatile boolean closing;
  private volatile boolean polling;
  private final WorkObserver observer;
  private final AtomicInteger running = new AtomicInteger();
  private volatile int waitingNow;
  private final MeterRegistry meters;

  private final Map<TopicPartition, PartitionProgress> progress = new HashMap<>();
  private final Set<UserId> busy = new HashSet<>();
  private final Deque<Job> waiting = new ArrayDeque<>();

  /**
   * Prepares workers; {@link #start} starts them.
   *
   * @param stateBytes about how large a user's state is
   * @param workers how many jobs run at once, besides one of a large user
   * @param largeBytes from which size on a user is large
   * @param instance names this process among those of the cell, the same after a restart
   * @param observer is told what is put off
   * @param meters where the consumer's metrics go
   */
  JobWorkers(
      String cell,
      KafkaClients clients,
      WireFormat wireFormat,
      Runner runner,
      ToLongFunction<UserId> stateBytes,
      int workers,
      long largeBytes,
      String instance,
      WorkObserver observer,
      MeterRegistry meters) {
    this.cell = cell;
    this.consumerProperties = consumerProperties(cell, clients, instance);
    this.wireFormat = wireFormat;
    this.runner = runner;
    this.stateBytes = stateBytes;
    this.workers = workers;
    this.largeBytes = largeBytes;
    this.observer = observer;
    this.meters = meters;
    this.lane = Executors.newFixedThreadPool(workers, named("cairn-compaction-"));
    this.largeLane = Executors.newSingleThreadExecutor(named("cairn-compaction-large-"));
    this.poller = named("cairn-jobs-").newThread(this::pollAlways);
  }

  /** Workers that run compactions. */
  public static JobWorkers of(
      String cell,
      KafkaClients clients,
      WireFormat wireFormat,
      Compaction compaction,
      ToLongFunction<UserId> stateBytes,
      int workers,
      long largeBytes,
      String instance,
      WorkObserver observer,
      MeterRegistry meters) {
    return new JobWorkers(
        cell,
        clients,
        wireFormat,
        compaction::run,
        stateBytes,
        workers,
        largeBytes,
        instance,
        observer,
        meters);
  }

  public void start() {
    poller.start();
  }

  /** Whether jobs are being taken. */
  public boolean isHealthy() {
    return polling && poller.isAlive();
  }

  /** Whether the thread that takes jobs lives, though Kafka may be away. */
  public boolean isAlive() {
    return poller.isAlive();
  }

  /** Jobs that were taken from the topic and not begun. */
  public int waiting() {
    return waitingNow;
  }

  /** Jobs that run. */
  public int running() {
    return running.get();
  }

  /** Stops; jobs that run are stopped where they are, and run again at the next start. */
  @Override
  public void close() {
    closing = true;
    retries.shutdownNow();
    lane.shutdownNow();
    largeLane.shutdownNow();
    try {
      poller.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
      boolean stopped =
          lane.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
              && largeLane.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      if (!stopped) {
        LOG.warn("cell {}: a compaction did not stop in time; it is safe to end the process", cell);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pollAlways() {
    while (!closing) {
      try (Consumer<byte[], byte[]> consumer =
              new KafkaConsumer<>(
                  consumerProperties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
          KafkaClientMetrics clientMetrics = new KafkaClientMetrics(consumer)) {
        clientMetrics.bindTo(meters);
        consumer.subscribe(List.of(Topics.jobs(cell)), new Rebalance());
        while (!closing) {
          pollOnce(consumer);
          polling = true;
        }
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
      } catch (RejectedExecutionException | WakeupException e) {
        LOG.debug("cell {}: taking jobs ends", cell, e);
      } catch (KafkaException e) {
        polling = false;
        if (!closing) {
          LOG.warn("cell {}: taking jobs failed; trying again", cell, e);
          pause();
        }
      } finally {
        progress.clear();
        waiting.clear();
      }
    }
  }

  private void pollOnce(Consumer<byte[], byte[]> consumer) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      PartitionProgress at = progress.computeIfAbsent(partition, key -> new PartitionProgress());
      at.begun(record.offset());
      Optional<Job> job = Job.read(wireFormat, partition, record.offset(), record.value());
      if (job.isPresent()) {
        waiting.add(job.get());
      } else {
        LOG.warn("cell {}: passing over what is not a job, at offset {}", cell, record.offset());
        at.finished(record.offset());
      }
    }
    for (Job done = finished.poll(); done != null; done = finished.poll()) {
      busy.remove(done.userId());
      PartitionProgress at = progress.get(done.partition());
      if (at != null) {
        at.finished(done.offset());
      }
    }
    dispatch();
    waitingNow = waiting.size();
    commit(consumer);
    throttle(consumer);
  }

  private void dispatch() {
    for (Iterator<Job> each = waiting.iterator(); each.hasNext() && !closing; ) {
      Job job = each.next();
      if (busy.add(job.userId())) {
        each.remove();
        lane.execute(() -> runInLane(job));
      }
    }
  }

  private void commit(Consumer<byte[], byte[]> consumer) {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    progress.forEach((partition, at) -> {
      OptionalLong position = at.takePosition();
      if (position.isPresent()) {
        positions.put(partition, new OffsetAndMetadata(position.getAsLong()));
      }
    });
    if (!positions.isEmpty()) {
      consumer.commitSync(positions);
    }
  }

  private void throttle(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> full = new ArrayList<>();
    List<TopicPartition> free = new ArrayList<>();
    for (TopicPartition partition : consumer.assignment()) {
      PartitionProgress at = progress.get(partition);
      if (at != null && at.unfinished() > workers) {
        full.add(partition);
      } else {
        free.add(partition);
      }
    }
    consumer.pause(full);
    consumer.resume(free);
  }

  private void runInLane(Job job) {
    if (stateBytes.applyAsLong(job.userId()) >= largeBytes) {
      largeLane.execute(() -> run(job));
    } else {
      run(job);
    }
  }

  private void run(Job job) {
    running.incrementAndGet();
    try {
      runner.run(job.userId(), job.jobId());
      finished.add(job);
    } catch (LogUnavailableException e) {
      if (!closing) {
        observer.putOff();
        LOG.warn("job {} of user {} is tried again", job.jobId(), job.userId(), e);
        retry(job);
      }
    } catch (RuntimeException e) {
      if (!closing) {
        LOG.error(
            "job {} of user {} failed for a reason that nobody thought of; nothing is lost",
            job.jobId(),
            job.userId(),
            e);
        finished.add(job);
      }
    } finally {
      running.decrementAndGet();
    }
  }

  private void retry(Job job) {
    try {
      ScheduledFuture<?> later =
          retries.schedule(() -> lane.execute(() -> run(job)), RETRY_SECONDS, TimeUnit.SECONDS);
      LOG.debug("in {} s", later.getDelay(TimeUnit.SECONDS));
    } catch (RejectedExecutionException e) {
      LOG.debug("job {} runs again at the next start", job.jobId(), e);
    }
  }

  private void pause() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    while (!closing && System.nanoTime() < until) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private static Map<String, Object> consumerProperties(
      String cell, KafkaClients clients, String instance) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, Topics.workerGroup(cell));
    properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 50);
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
    properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
    return clients.consumer(properties);
  }

  private static ThreadFactory named(String prefix) {
    return Thread.ofPlatform().name(prefix, 0).daemon(true).factory();
  }

  private final class Rebalance implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      forget(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      forget(partitions);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}

    /** What runs goes on; whoever has the partition now runs it again, which changes nothing. */
    private void forget(Collection<TopicPartition> partitions) {
      partitions.forEach(progress::remove);
      waiting.removeIf(job -> partitions.contains(job.partition()));
    }
  }
}
