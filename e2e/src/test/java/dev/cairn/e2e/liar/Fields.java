package dev.cairn.e2e.liar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.crypto.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** All that can be wrong with each field of a JSON answer. */
final class Fields {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A change of one field; empty: the field goes. */
  private interface Change {
    JsonNode of(JsonNode value);
  }

  private Fields() {}

  /**
   * By name: every change of every field that the sample has.
   *
   * @param sample a true answer
   */
  static Map<String, UnaryOperator<Answer>> changesOf(Bytes sample) {
    Map<String, UnaryOperator<Answer>> all = new LinkedHashMap<>();
    for (String pointer : pointers("", read(sample))) {
      all.put(pointer + " missing", answer -> apply(answer, pointer, value -> NODES.missingNode()));
      changes(read(sample).at(pointer))
          .forEach((name, change) ->
              all.put(pointer + " " + name, answer -> apply(answer, pointer, change)));
    }
    return all;
  }

  /** Sets one field. */
  static UnaryOperator<Answer> set(String pointer, JsonNode value) {
    return answer -> apply(answer, pointer, any -> value);
  }

  static UnaryOperator<Answer> set(String pointer, String value) {
    return set(pointer, NODES.textNode(value));
  }

  static UnaryOperator<Answer> set(String pointer, long value) {
    return set(pointer, NODES.numberNode(value));
  }

  static JsonNode read(Bytes body) {
    try {
      return JSON.readTree(body.toByteArray());
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON", e);
    }
  }

  private static Map<String, Change> changes(JsonNode value) {
    Map<String, Change> changes = new LinkedHashMap<>();
    changes.put("null", any -> NODES.nullNode());
    if (value.isNumber()) {
      changes.put("negative", any -> NODES.numberNode(-1));
      changes.put("zero", any -> NODES.numberNode(0));
      changes.put("one more", any -> NODES.numberNode(any.asLong() + 1));
      changes.put("huge", any -> NODES.numberNode(Long.MAX_VALUE));
      changes.put("a text", any -> NODES.textNode(any.asText()));
    } else if (value.isTextual()) {
      changes.put("empty", any -> NODES.textNode(""));
      changes.put("altered", any -> NODES.textNode(altered(any.asText())));
      changes.put("longer", any -> NODES.textNode(any.asText().repeat(40)));
      changes.put("with a line break", any -> NODES.textNode(any.asText() + "\r\nX: y"));
      changes.put("a number", any -> NODES.numberNode(7));
    } else if (value.isArray()) {
      changes.put("emptied", any -> NODES.arrayNode());
      changes.put(
          "doubled", any -> NODES.arrayNode().addAll((ArrayNode) any).addAll((ArrayNode) any));
      changes.put("an object", any -> NODES.objectNode());
    } else {
      changes.put("a list", any -> NODES.arrayNode());
    }
    return changes;
  }

  private static String altered(String text) {
    if (text.isEmpty()) {
      return "x";
    }
    int middle = text.length() / 2;
    char other = text.charAt(middle) == 'A' ? 'B' : 'A';
    return text.substring(0, middle) + other + text.substring(middle + 1);
  }

  private static List<String> pointers(String at, JsonNode node) {
    List<String> pointers = new ArrayList<>();
    if (node.isObject()) {
      node.properties()
          .forEach(field -> {
            String pointer = at + "/" + field.getKey();
            pointers.add(pointer);
            pointers.addAll(pointers(pointer, field.getValue()));
          });
    } else if (node.isArray() && !node.isEmpty()) {
      pointers.add(at + "/0");
      pointers.addAll(pointers(at + "/0", node.get(0)));
    }
    return pointers;
  }

  private static Answer apply(Answer answer, String pointer, Change change) {
    JsonNode root = read(answer.body());
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = root.at(pointer.substring(0, slash));
    String last = pointer.substring(slash + 1);
    JsonNode changed = change.of(root.at(pointer));
    if (parent instanceof ObjectNode object) {
      if (changed.isMissingNode()) {
        object.remove(last);
      } else {
        object.set(last, changed);
      }
    } else if (parent instanceof ArrayNode array && !array.isEmpty()) {
      if (changed.isMissingNode()) {
        array.remove(0);
      } else {
        array.set(0, changed);
      }
    }
    try {
      return answer.with(Bytes.wrap(JSON.writeValueAsBytes(root)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("it came from JSON", e);
    }
  }
}
