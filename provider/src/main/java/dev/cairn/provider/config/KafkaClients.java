package dev.cairn.provider.config;

import dev.cairn.config.PassThrough;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Properties of the services' Kafka clients: how to connect, then what the caller needs, then what
 * the configuration hands on. What guarantees rest on is refused there, so that nothing the caller
 * puts in for correctness can be overridden. Immutable; {@code toString} shows nothing.
 */
public final class KafkaClients {
  private final Map<String, Object> connection;
  private final Map<String, String> producer;
  private final Map<String, String> consumer;
  private final Map<String, String> admin;
  private final Map<String, String> streams;

  KafkaClients(
      Map<String, Object> connection,
      Map<String, String> producer,
      Map<String, String> consumer,
      Map<String, String> admin,
      Map<String, String> streams) {
    this.connection = Map.copyOf(connection);
    this.producer = Map.copyOf(producer);
    this.consumer = Map.copyOf(consumer);
    this.admin = Map.copyOf(admin);
    this.streams = Map.copyOf(streams);
  }

  /** A fresh map, secrets included; so are the others. */
  public Map<String, Object> producer(Map<String, ?> needed) {
    return merged(needed, producer);
  }

  public Map<String, Object> consumer(Map<String, ?> needed) {
    return merged(needed, consumer);
  }

  public Map<String, Object> admin() {
    return merged(Map.of(), admin);
  }

  /** Clients inside it take what is handed on to {@code streams.consumer.} and so on. */
  public Map<String, Object> streams(Map<String, ?> needed) {
    return merged(needed, streams);
  }

  /**
   * Checks what is handed on to Kafka Streams, by somebody who has it.
   *
   * @throws ConfigException names all that it does not know or take
   */
  public void checkStreams(ConfigDef known) {
    PassThrough rules = KafkaPassThrough.STREAMS.knowing(known);
    List<String> problems = new ArrayList<>();
    streams.forEach((name, value) ->
        rules.problem(rules.prefix() + name, name, value).ifPresent(problems::add));
    if (!problems.isEmpty()) {
      throw new ConfigException(String.join("; ", problems));
    }
  }

  private Map<String, Object> merged(Map<String, ?> needed, Map<String, String> handedOn) {
    Map<String, Object> all = new HashMap<>(connection);
    all.putAll(needed);
    all.putAll(handedOn);
    return all;
  }

  @Override
  public String toString() {
    return "KafkaClients";
  }
}
