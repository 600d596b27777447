package dev.cairn.e2e.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.schemas.wire.RecordType;
import dev.cairn.schemas.wire.SchemaIds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the compiled-in schemas say of topics, in the shape that other clients print. */
final class TopicReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PREFIX = 5;

  private TopicReader() {}

  /** Every record of the topics, as it is. */
  static List<ConsumerRecord<byte[], byte[]>> raw(Map<String, Object> client, List<String> topics) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (String topic : topics) {
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        while (consumer.position(partition) < end) {
          consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
        }
      }
    }
    return records;
  }

  /** The same, decoded; {@code ids} says what the prefixes mean. */
  static List<JsonNode> decoded(List<ConsumerRecord<byte[], byte[]>> records, SchemaIds ids)
      throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> each : records) {
      RecordType type = ids.typeOf(ByteBuffer.wrap(each.value()).getInt(1)).orElseThrow();
      GenericRecord record =
          new GenericDatumReader<GenericRecord>(type.schema())
              .read(
                  null,
                  DecoderFactory.get()
                      .binaryDecoder(each.value(), PREFIX, each.value().length - PREFIX, null));
      ObjectNode line = JSON.createObjectNode();
      line.put("topic", each.topic());
      line.put("offset", each.offset());
      line.set("record", plain(record));
      // As the others print it: without the difference between int and long.
      all.add(JSON.readTree(line.toString()));
    }
    return all;
  }

  private static JsonNode plain(Object value) {
    return switch (value) {
      case GenericRecord record -> {
        ObjectNode object = JSON.createObjectNode();
        for (Schema.Field field : record.getSchema().getFields()) {
          Object inner = record.get(field.pos());
          object.set(field.name(), inner == null ? JSON.nullNode() : plain(inner));
        }
        yield object;
      }
      case List<?> list -> {
        ArrayNode array = JSON.createArrayNode();
        list.forEach(each -> array.add(plain(each)));
        yield array;
      }
      case ByteBuffer bytes -> {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        yield JSON.getNodeFactory().textNode(HexFormat.of().formatHex(copy));
      }
      case CharSequence text -> JSON.getNodeFactory().textNode(text.toString());
      default -> JSON.valueToTree(value);
    };
  }
}
