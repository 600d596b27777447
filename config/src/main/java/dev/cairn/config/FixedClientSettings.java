package dev.cairn.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings of Kafka's clients that nobody may hand on, each with the reason. */
public final class FixedClientSettings {
  private FixedClientSettings() {}

  /** How to connect is said once for all clients. */
  public static Map<String, String> connection() {
    Map<String, String> fixed = new HashMap<>();
    for (String name :
        List.of(
            "bootstrap.servers",
            "bootstrap.controllers",
            "security.protocol",
            "sasl.mechanism",
            "sasl.jaas.config",
            "sasl.client.callback.handler.class",
            "sasl.login.callback.handler.class",
            "sasl.login.class")) {
      fixed.put(name, "how to connect is said once for all clients");
    }
    fixed.put("ssl.endpoint.identification.algorithm", "host names are always checked");
    fixed.put("ssl.engine.factory.class", "host names are always checked");
    return fixed;
  }

  public static Map<String, String> producer() {
    Map<String, String> fixed = new HashMap<>(connection());
    fixed.put("acks", "acknowledged means on every in-sync replica");
    fixed.put("enable.idempotence", "a retry must neither repeat nor reorder a record");
    fixed.put("retries", "the time limit alone says when to give up");
    fixed.put(
        "max.in.flight.requests.per.connection", "above what idempotence allows, retries reorder");
    fixed.put("transactional.id", "log order arbitrates, and control records would leave gaps");
    fixed.put("transaction.timeout.ms", "there are no transactions");
    fixed.put("transaction.two.phase.commit.enable", "there are no transactions");
    for (String name : List.of("key.serializer", "value.serializer", "interceptor.classes")) {
      fixed.put(name, "records are signed bytes, written as they are");
    }
    for (String name :
        List.of(
            "partitioner.class",
            "partitioner.ignore.keys",
            "partitioner.adaptive.partitioning.enable",
            "partitioner.availability.timeout.ms")) {
      fixed.put(name, "every topic has one partition");
    }
    return fixed;
  }

  public static Map<String, String> consumer() {
    Map<String, String> fixed = new HashMap<>(connection());
    fixed.put("auto.offset.reset", "a reader that jumps would pass over a gap without a word");
    fixed.put("enable.auto.commit", "a position is kept only when its work is done");
    fixed.put("auto.commit.interval.ms", "a position is kept only when its work is done");
    fixed.put("isolation.level", "our topics hold no transactions, and every offset counts");
    fixed.put("check.crcs", "damaged batches must not be handed out");
    fixed.put("allow.auto.create.topics", "a topic is made with its settings, or not at all");
    fixed.put("client.rack", "a follower may not know yet what was acknowledged: leaders are read");
    for (String name :
        List.of("group.id", "group.instance.id", "group.protocol", "group.remote.assignor")) {
      fixed.put(name, "groups carry the meaning of their lag");
    }
    fixed.put("partition.assignment.strategy", "groups carry the meaning of their lag");
    fixed.put("exclude.internal.topics", "topics are named exactly");
    for (String name : List.of("key.deserializer", "value.deserializer", "interceptor.classes")) {
      fixed.put(name, "records are signed bytes, read as they are");
    }
    return fixed;
  }
}
