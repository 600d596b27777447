package dev.cairn.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.cairn.schemas.wire.RecordType;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/**
 * A schema as its file says it. The compiled-in one carries notes for Java's code generator; with
 * them a registry would take it for another one than the file that an operator registers by hand.
 */
public final class PublishedSchema {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NOTE = "avro.java.string";

  private PublishedSchema() {}

  /** What belongs to the type in a registry. */
  public static Schema of(RecordType type) {
    try {
      return new Schema.Parser().parse(plain(JSON.readTree(type.schema().toString())).toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a schema's text is JSON", e);
    }
  }

  private static JsonNode plain(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(NOTE);
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      if (names.equals(List.of("type")) && object.get("type").isTextual()) {
        return TextNode.valueOf(object.get("type").textValue());
      }
      names.forEach(name -> object.set(name, plain(object.get(name))));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, plain(array.get(i)));
      }
    }
    return node;
  }
}
