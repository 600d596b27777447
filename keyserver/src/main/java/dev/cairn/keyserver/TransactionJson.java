package dev.cairn.keyserver;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.ValueKind;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.StoredObject;
import dev.cairn.keyserver.object.Value;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON lines of the command line and of the HTTP interface.
 *
 * <table>
 * <caption>Lines</caption>
 * <tr><th>what</th><th>form</th></tr>
 * <tr><td>transaction</td><td>{@code {"ops":[{"put":{"collection":"c","id":"i","value":any JSON}},
 * {"put":{"collection":"c","id":"i","base64":"…"}}, {"delete":{"collection":"c","id":"i"}}]}}</td></tr>
 * <tr><td>object</td><td>{@code {"collection":"c","id":"i","value":…}} or with {@code base64}</td></tr>
 * <tr><td>name</td><td>{@code {"collection":"c","id":"i"}}</td></tr>
 * </table>
 *
 * <p>A JSON value is taken as the very text that stands there, and given out as that text; only
 * line breaks between its tokens become spaces, so that a line stays one. Anything else than these
 * forms is malformed: unknown, missing and repeated fields, text after the end.
 */
public final class TransactionJson {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(1000)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final String line;
  private final JsonParser parser;

  private TransactionJson(String line, JsonParser parser) {
    this.line = line;
    this.parser = parser;
  }

  /**
   * Reads one transaction.
   *
   * @throws MalformedInputException if the line is anything else
   */
  public static Transaction parse(String line) {
    try (JsonParser parser = JSON.createParser(line)) {
      TransactionJson reader = new TransactionJson(line, parser);
      Transaction transaction = reader.transaction();
      if (parser.nextToken() != null) {
        throw new MalformedInputException("Something follows the transaction");
      }
      return transaction;
    } catch (JsonProcessingException e) {
      throw new MalformedInputException("Not JSON: " + e.getOriginalMessage() + at(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading from a string failed", e);
    }
  }

  private static String at(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : " (character " + (e.getLocation().getCharOffset() + 1) + ")";
  }

  private Transaction transaction() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedInputException("A transaction is a JSON object: {\"ops\":[…]}");
    }
    @Nullable List<Change> changes = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (!name.equals("ops")) {
        throw new MalformedInputException(
            "A transaction has no field \"" + name + "\", only \"ops\"");
      }
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new MalformedInputException("\"ops\" is an array");
      }
      changes = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        changes.add(change());
      }
    }
    if (changes == null) {
      throw new MalformedInputException("A transaction has the field \"ops\"");
    }
    return Transaction.of(changes);
  }

  private Change change() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT
        || parser.nextToken() != JsonToken.FIELD_NAME) {
      throw new MalformedInputException("An operation is {\"put\":{…}} or {\"delete\":{…}}");
    }
    String kind = parser.currentName();
    boolean put = kind.equals("put");
    if (!put && !kind.equals("delete")) {
      throw new MalformedInputException(
          "There is no operation \"" + kind + "\", only \"put\" and \"delete\"");
    }
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedInputException("\"" + kind + "\" is an object");
    }
    Change change = body(put);
    if (parser.nextToken() != JsonToken.END_OBJECT) {
      throw new MalformedInputException("An operation is one put or one delete, not both");
    }
    return change;
  }

  private Change body(boolean put) throws IOException {
    @Nullable String collection = null;
    @Nullable String id = null;
    @Nullable Value value = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (field) {
        case "collection" -> collection = text(field, token);
        case "id" -> id = text(field, token);
        case "value", "base64" -> {
          if (!put) {
            throw new MalformedInputException("A delete has no \"" + field + "\"");
          }
          if (value != null) {
            throw new MalformedInputException("A put has \"value\" or \"base64\", not both");
          }
          value = field.equals("value") ? json() : bytes(text(field, token));
        }
        default -> throw new MalformedInputException("An operation has no field \"" + field + "\"");
      }
    }
    if (collection == null || id == null) {
      throw new MalformedInputException("An operation has \"collection\" and \"id\"");
    }
    ObjectName name = new ObjectName(collection, id);
    if (!put) {
      return new Delete(name);
    }
    if (value == null) {
      throw new MalformedInputException("A put has \"value\" or \"base64\"");
    }
    return new Put(name, value);
  }

  private String text(String field, JsonToken token) throws IOException {
    if (token != JsonToken.VALUE_STRING) {
      throw new MalformedInputException("\"" + field + "\" is a string");
    }
    return parser.getText();
  }

  /** The text of the current value, as it stands in the line. */
  private Value json() throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    int end = (int) parser.currentLocation().getCharOffset();
    return Value.ofCheckedJson(line.substring(start, end));
  }

  private static Value bytes(String base64) {
    try {
      return Value.bytes(Bytes.wrap(Base64.getDecoder().decode(base64)));
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException("\"base64\" is not base64: " + e.getMessage(), e);
    }
  }

  /** One line, without its end, that {@link #parse} reads. */
  public static String format(Transaction transaction) {
    return write(out -> {
      out.writeStartObject();
      out.writeArrayFieldStart("ops");
      for (Change change : transaction.changes()) {
        out.writeStartObject();
        switch (change) {
          case Put put -> {
            out.writeObjectFieldStart("put");
            writeName(out, put.name());
            writeValue(out, put.value());
          }
          case Delete delete -> {
            out.writeObjectFieldStart("delete");
            writeName(out, delete.name());
          }
        }
        out.writeEndObject();
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    });
  }

  /** One line of an export, without its end. */
  public static String format(StoredObject object) {
    return write(out -> {
      out.writeStartObject();
      writeName(out, object.name());
      writeValue(out, object.value());
      out.writeEndObject();
    });
  }

  /** One line of a listing, without its end. */
  public static String format(ObjectName name) {
    return write(out -> {
      out.writeStartObject();
      writeName(out, name);
      out.writeEndObject();
    });
  }

  private interface Body {
    void to(JsonGenerator out) throws IOException;
  }

  private static String write(Body body) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      body.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to a string failed", e);
    }
    return text.toString();
  }

  private static void writeName(JsonGenerator out, ObjectName name) throws IOException {
    out.writeStringField("collection", name.collection());
    out.writeStringField("id", name.id());
  }

  private static void writeValue(JsonGenerator out, Value value) throws IOException {
    if (value.kind() == ValueKind.JSON) {
      out.writeFieldName("value");
      out.writeRawValue(value.jsonText().replace('\n', ' ').replace('\r', ' '));
    } else {
      out.writeFieldName("base64");
      out.writeString(Base64.getEncoder().encodeToString(value.content().toByteArray()));
    }
  }
}
