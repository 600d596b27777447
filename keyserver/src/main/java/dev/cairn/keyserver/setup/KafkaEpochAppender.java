package dev.cairn.keyserver.setup;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.service.BrokerConnection;
import dev.cairn.keyserver.service.Pauses;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Appends by a Kafka producer of its own, acknowledged by all replicas. */
public final class KafkaEpochAppender implements EpochAppender {
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int REQUEST_MILLIS = 20_000;

  /** A new principal, or a new topic, takes a moment to be known everywhere. */
  private static final Duration SETTLING = Duration.ofSeconds(15);

  private static final Duration PAUSE = Duration.ofMillis(250);

  @Override
  public long append(BrokerConnection connection, Bytes record) {
    long deadline = System.nanoTime() + SETTLING.toNanos();
    while (true) {
      try (Producer<byte[], byte[]> producer = producer(connection)) {
        try {
          return producer
              .send(new ProducerRecord<>(connection.topic(), 0, null, record.toByteArray()))
              .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
              .offset();
        } catch (ExecutionException e) {
          if (!isRefusal(e.getCause())) {
            throw unavailable(connection, e);
          }
          if (System.nanoTime() >= deadline) {
            throw refused(connection, e);
          }
        } catch (TimeoutException e) {
          throw unavailable(connection, e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw unavailable(connection, e);
        } finally {
          producer.close(Duration.ZERO);
        }
      } catch (InterruptException e) {
        throw unavailable(connection, e);
      } catch (KafkaException e) {
        if (!isRefusal(e)) {
          throw unavailable(connection, e);
        }
        if (System.nanoTime() >= deadline) {
          throw refused(connection, e);
        }
      }
      Pauses.pause(PAUSE);
    }
  }

  private static boolean isRefusal(@Nullable Throwable failure) {
    return failure instanceof AuthorizationException || failure instanceof AuthenticationException;
  }

  private static FencedException refused(BrokerConnection connection, Exception e) {
    return new FencedException(
        "Kafka refuses "
            + connection.principal()
            + ": a later takeover has shut this one out. Nothing was changed; if that was not you,"
            + " find out who knows the secret",
        e);
  }

  private static UnavailableException unavailable(BrokerConnection connection, Exception e) {
    return new UnavailableException(
        "Kafka at "
            + connection.bootstrapServers()
            + " does not acknowledge the opening of the log ("
            + e.getMessage()
            + "). What is done so far is remembered; run it again",
        e);
  }

  private static Producer<byte[], byte[]> producer(BrokerConnection connection) {
    Map<String, Object> properties = new HashMap<>(connection.kafkaClientProperties());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
