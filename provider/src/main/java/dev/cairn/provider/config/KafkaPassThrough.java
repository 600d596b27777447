package dev.cairn.provider.config;

import dev.cairn.config.FixedClientSettings;
import dev.cairn.config.PassThrough;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** What the services hand on to their Kafka clients, and what they do not. */
final class KafkaPassThrough {
  static final PassThrough PRODUCER =
      new PassThrough(
          "producer.",
          Optional.of(ProducerConfig.configDef()),
          FixedClientSettings.producer(),
          Map.of(),
          "the producers of both services, for accounts, jobs and snapshot events");
  static final PassThrough CONSUMER =
      new PassThrough(
          "consumer.",
          Optional.of(ConsumerConfig.configDef()),
          FixedClientSettings.consumer(),
          Map.of(),
          "the consumers of both services, for logs, accounts, jobs and snapshot events");
  static final PassThrough ADMIN =
      new PassThrough(
          "admin.",
          Optional.of(AdminClientConfig.configDef()),
          FixedClientSettings.connection(),
          Map.of(),
          "the admin clients of both services");
  // Checked where Kafka Streams is there: by the compactor, and by every command that reads a file.
  static final PassThrough STREAMS =
      new PassThrough(
          "streams.",
          Optional.empty(),
          streams(),
          nested(),
          "the compactor's tracker; streams.consumer.*, streams.producer.* and streams.admin.* reach"
              + " its clients, under the rules of those");

  static final List<PassThrough> ALL = List.of(PRODUCER, CONSUMER, ADMIN, STREAMS);

  private KafkaPassThrough() {}

  /** All, with what Kafka Streams knows. */
  static List<PassThrough> knowing(ConfigDef streams) {
    return List.of(PRODUCER, CONSUMER, ADMIN, STREAMS.knowing(streams));
  }

  private static Map<String, PassThrough> nested() {
    Map<String, PassThrough> nested = new HashMap<>();
    nested.put("consumer.", CONSUMER);
    nested.put("main.consumer.", CONSUMER);
    nested.put("restore.consumer.", CONSUMER);
    nested.put("global.consumer.", CONSUMER);
    nested.put("producer.", PRODUCER);
    nested.put("admin.", ADMIN);
    return nested;
  }

  private static Map<String, String> streams() {
    Map<String, String> fixed = new HashMap<>(FixedClientSettings.connection());
    fixed.putAll(FixedClientSettings.producer());
    fixed.putAll(FixedClientSettings.consumer());
    fixed.put("application.id", "it follows from cell; under another the tracker counts anew");
    fixed.put("application.server", "nobody asks the tracker's state from outside");
    fixed.put("state.dir", "it follows from our own state.dir");
    fixed.put("replication.factor", "set our own replication.factor");
    fixed.put("metadata.max.age.ms", "set our own metadata.max.age.ms");
    fixed.put("num.stream.threads", "topics that match one pattern make one task, for one thread");
    fixed.put("group.protocol", "only the classic one takes a pattern of topics");
    fixed.put(
        "processing.guarantee",
        "jobs may repeat; its 10 s transactions would stall the whole cell");
    fixed.put(
        "max.task.idle.ms",
        "under any other value one unavailable partition stalls the whole cell");
    fixed.put("default.timestamp.extractor", "owners' clocks drive no policy");
    for (String handler :
        List.of(
            "default.deserialization.exception.handler",
            "deserialization.exception.handler",
            "default.production.exception.handler",
            "production.exception.handler",
            "processing.exception.handler")) {
      fixed.put(handler, "one bad record must not stop a cell");
    }
    for (String serde : List.of("default.key.serde", "default.value.serde")) {
      fixed.put(serde, "keys and values are bytes that the tracker never decodes");
    }
    fixed.put("topology.optimization", "the topology is fixed");
    return fixed;
  }
}
