package dev.cairn.keyserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.StoredObject;
import dev.cairn.keyserver.object.Value;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TransactionJsonTest {
  private static String put(String value) {
    return "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":" + value + "}}]}";
  }

  private static Value valueOf(String line) {
    return ((Put) TransactionJson.parse(line).changes().get(0)).value();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-0.0",
        "1e400",
        "123456789012345678901234567890.000",
        "\"\"",
        "\"a\\u0041\\n\"",
        "null",
        "true",
        "[]",
        "{}",
        "{ \"b\" :1,\"a\":  [1, 2 ,{\"x\":\"y\"}] }",
        "\"\uD83D\uDE00 é\"",
        "\"\\ud800\""
      })
  void aValueIsTheTextThatStandsThere(String text) {
    assertEquals(Value.json(text), valueOf(put(text)));
    assertEquals(Value.json(text), valueOf(put("   " + text + "  ")));
    assertEquals(text, valueOf(put(text)).jsonText());
    assertEquals(
        "{\"collection\":\"c\",\"id\":\"i\",\"value\":" + text + "}",
        TransactionJson.format(new StoredObject(new ObjectName("c", "i"), Value.json(text))));
  }

  @Test
  void readsWhatItWrites() {
    Random random = new Random(3);
    byte[] bytes = new byte[1000];
    random.nextBytes(bytes);
    Transaction transaction =
        Transaction.builder()
            .put("", "", new byte[0])
            .put("c\"\\\n", "caf\u00e9", bytes)
            .putJson("c", "cafe\u0301", "[1,2]")
            .delete("c", "\uD83D\uDE00")
            .build();
    String line = TransactionJson.format(transaction);
    assertEquals(-1, line.indexOf('\n'));
    assertEquals(transaction.changes(), TransactionJson.parse(line).changes());
    assertEquals(List.of(), TransactionJson.parse("{\"ops\":[]}").changes());
  }

  @Test
  void lineBreaksBetweenTokensBecomeSpaces() {
    String line =
        TransactionJson.format(new StoredObject(new ObjectName("c", "i"), Value.json("[1,\r\n2]")));
    assertEquals("{\"collection\":\"c\",\"id\":\"i\",\"value\":[1,  2]}", line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "1",
        "null",
        "{}",
        "{\"ops\":{}}",
        "{\"ops\":[1]}",
        "{\"ops\":[{}]}",
        "{\"ops\":[[]]}",
        "{\"ops\":[{\"putt\":{}}]}",
        "{\"ops\":[{\"put\":1}]}",
        "{\"ops\":[{\"put\":{}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\"}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"value\":1}}]}",
        "{\"ops\":[{\"put\":{\"collection\":1,\"id\":\"i\",\"value\":1}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":1,\"base64\":\"\"}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":1,\"value\":1}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":1,\"more\":1}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"base64\":\"!\"}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"base64\":\"A\"}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"base64\":1}}]}",
        "{\"ops\":[{\"delete\":{\"collection\":\"c\",\"id\":\"i\",\"value\":1}}]}",
        "{\"ops\":[{\"delete\":{\"collection\":\"c\",\"id\":\"i\"},\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":1}}]}",
        "{\"ops\":[{\"delete\":{\"collection\":\"\\ud800\",\"id\":\"i\"}}]}",
        "{\"ops\":[],\"ops\":[]}",
        "{\"ops\":[]} x",
        "{\"ops\":[]} {\"ops\":[]}",
        "{\"ops\":[],\"x\":1}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":01}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":nul}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":}}]}",
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":{\"a\":1,\"a\":2}}}]}",
        "{\"ops\":["
      })
  void anythingElseIsMalformed(String line) {
    assertThrows(MalformedInputException.class, () -> TransactionJson.parse(line), line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "1 2", "nul", "[1,]", "\"\uD800\"", "\"a\nb\""})
  void aJsonValueMustBeOne(String text) {
    assertThrows(MalformedInputException.class, () -> Value.json(text), text);
  }
}
