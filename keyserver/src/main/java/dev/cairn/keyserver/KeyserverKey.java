package dev.cairn.keyserver;

import static dev.cairn.config.Option.number;

import dev.cairn.config.Definition;
import dev.cairn.config.Environment;
import dev.cairn.config.FixedClientSettings;
import dev.cairn.config.Key;
import dev.cairn.config.Option;
import dev.cairn.config.PassThrough;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Every option of {@code keyserver.properties} in a home. To add one: a constant here, and {@link
 * KeyserverOptions#of} reads it.
 */
public enum KeyserverKey implements Key {
  OUTBOX_MAX_BYTES(
      number("outbox.max.bytes")
          .in(KeyserverKey.BOUNDS)
          .defaultsTo(4L << 30)
          .atLeast(1)
          .high("While more than this waits to be backed up, transactions are refused")),
  TRANSACTION_MAX_BYTES(
      number("transaction.max.bytes")
          .in(KeyserverKey.BOUNDS)
          .defaultsTo(1L << 30)
          .atLeast(1)
          .medium("No transaction is larger; checked before anything is written")),
  RETAINED_MAX_BYTES(
      number("retained.max.bytes")
          .in(KeyserverKey.BOUNDS)
          .defaultsTo(8L << 30)
          .atLeast(1)
          .medium(
              "Commit files that are backed up go, with a warning, when they exceed this and no"
                  + " snapshot covers them")),
  IDLE_COMMIT_MS(
      number("idle.commit.ms")
          .in(KeyserverKey.BOUNDS)
          .defaultsTo(86_400_000L)
          .atLeast(1)
          .medium(
              "After that long without a record an empty one is signed, so that a stale backup shows")),
  QUEUE_MAX_BYTES(
      number("queue.max.bytes")
          .in(KeyserverKey.BOUNDS)
          .defaultsTo(64L << 20)
          .atLeast(1)
          .low("While more than this waits for the writer, transactions wait")),
  OVERLAY_MAX_BYTES(
      number("overlay.max.bytes")
          .in(KeyserverKey.BOUNDS)
          .defaultsTo(64L << 20)
          .atLeast(1)
          .low("While more than this is durable but not yet in the database, the writer waits")),
  COMMIT_FILE_BYTES(
      number("commit.file.bytes")
          .in(KeyserverKey.BOUNDS)
          .defaultsTo(64L << 20)
          .atLeast(1)
          .low("A commit file is followed by the next one at this size"));

  static final PassThrough PRODUCER =
      new PassThrough(
          "producer.",
          Optional.of(ProducerConfig.configDef()),
          fixedProducer(),
          Map.of(),
          "the producer of the owner's log, for example under a slow or lossy line");
  static final PassThrough CONSUMER =
      new PassThrough(
          "consumer.",
          Optional.of(ConsumerConfig.configDef()),
          FixedClientSettings.consumer(),
          Map.of(),
          "the consumer that reads the owner's log back");

  /** Every option, and how it is named in the environment. */
  public static final Definition DEFINITION =
      new Definition(
          new Environment("CAIRN_KEYSERVER_", Set.of()),
          List.of(values()),
          List.of(PRODUCER, CONSUMER),
          List.of());

  private static final String BOUNDS = "Bounds";

  @SuppressWarnings("ImmutableEnumChecker") // it is; its rule is of a type of Kafka's
  private final Option option;

  KeyserverKey(Option option) {
    this.option = option;
  }

  private static Map<String, String> fixedProducer() {
    Map<String, String> fixed = new HashMap<>(FixedClientSettings.producer());
    fixed.put("delivery.timeout.ms", "a record that is given up voids the producer");
    fixed.put("linger.ms", "records are groups already");
    fixed.put("compression.type", "ciphertext does not compress");
    fixed.put("max.request.size", "it fits the largest record");
    return fixed;
  }

  @Override
  public Option option() {
    return option;
  }
}
