package dev.cairn.keyserver.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.StatusJson;
import dev.cairn.keyserver.api.CompactionAsked;
import dev.cairn.keyserver.api.Drained;
import dev.cairn.keyserver.api.Identity;
import dev.cairn.keyserver.api.LocalErrors;
import dev.cairn.keyserver.api.LocalPaths;
import dev.cairn.keyserver.api.Progress;
import dev.cairn.keyserver.api.Readiness;
import dev.cairn.keyserver.api.Transacted;
import dev.cairn.keyserver.api.TransactedMany;
import dev.cairn.keyserver.error.AbsentException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.LockedOutException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.schemas.http.ErrorBody;
import dev.cairn.schemas.http.ErrorCodes;
import dev.cairn.schemas.http.HttpJson;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document says what the routes do, and docs/keyserver.md says what the document says. */
final class OpenApiTest {
  private static final Set<Class<?>> MESSAGES =
      Set.of(
          Identity.class,
          Transacted.class,
          TransactedMany.class,
          Drained.class,
          CompactionAsked.class,
          Progress.class,
          Readiness.class,
          Readiness.Problem.class,
          ErrorBody.class);
  private static final Pattern OTHER_PARAMETERS =
      Pattern.compile("This route takes no (?:parameters|other parameters than (.*))");
  private static final Path DOCUMENTATION = Path.of("..", "docs", "keyserver.md");
  private static final String BEGIN = "<!-- begin of what a test compares with openapi.json -->\n";
  private static final String END = "<!-- end of what a test compares with openapi.json -->\n";

  private final JsonNode document;

  OpenApiTest() throws IOException {
    document = HttpJson.lenient().readTree(OpenApiDocument.read());
  }

  private record Operation(String method, String path, JsonNode json) {
    String route() {
      return method + " " + path;
    }
  }

  private List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(method ->
                    operations.add(
                        new Operation(
                            method.getKey().toUpperCase(Locale.ROOT),
                            path.getKey(),
                            method.getValue()))));
    return operations;
  }

  @Test
  void everyRouteIsDescribedAndNothingElse(@TempDir Path directory) throws Exception {
    Path home = TestHome.create(directory.resolve("home"), /* readOnly= */ false);
    try (Daemon daemon = Daemon.start(home, DaemonOptions.defaults());
        Caller caller = new Caller(home)) {
      Caller.Answer served = caller.get(LocalPaths.OPENAPI);
      assertEquals(document, served.json());
      assertEquals(daemon.url(), caller.url());
      Set<String> described = new TreeSet<>();
      for (Operation operation : operations()) {
        described.add(operation.route());
        boolean get = operation.method().equals("GET");
        // A parameter that no route has makes each name those that it does have.
        String path = operation.path() + "?no-such-parameter=1";
        Caller.Answer refused = get ? caller.get(path) : caller.post(path, "");
        assertEquals(400, refused.status(), operation.route());
        Matcher matcher = OTHER_PARAMETERS.matcher(refused.json().path("message").asText());
        assertTrue(matcher.matches(), refused.body());
        Set<String> taken =
            matcher.group(1) == null ? Set.of() : Set.of(matcher.group(1).split(", ", -1));
        Set<String> written = new TreeSet<>();
        operation
            .json()
            .path("parameters")
            .forEach(each -> written.add(each.path("name").asText()));
        assertEquals(new TreeSet<>(taken), written, operation.route());
        Caller.Answer without =
            get
                ? caller.as("", operation.path())
                : new Caller.Answer(
                    401,
                    Caller.all(
                        caller.raw(
                            "POST "
                                + operation.path()
                                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                + "Content-Length: 0\r\n\r\n")));
        assertEquals(
            operation.json().path("security").isEmpty(),
            without.status() != 401,
            operation.route());
      }
      assertEquals(paths(), pathsOf(described));
    }
  }

  private static Set<String> paths() throws IllegalAccessException {
    Set<String> paths = new TreeSet<>();
    for (Field field : LocalPaths.class.getFields()) {
      paths.add(String.valueOf(field.get(null)));
    }
    return paths;
  }

  private static Set<String> pathsOf(Set<String> routes) {
    Set<String> paths = new TreeSet<>();
    routes.forEach(route -> paths.add(route.substring(route.indexOf(' ') + 1)));
    return paths;
  }

  @Test
  void everyMessageHasTheFieldsOfItsRecord() {
    JsonNode schemas = document.path("components").path("schemas");
    for (Class<?> message : MESSAGES) {
      JsonNode schema = schemas.path(message.getSimpleName());
      Set<String> fields = new TreeSet<>();
      Set<String> required = new TreeSet<>();
      for (RecordComponent component : message.getRecordComponents()) {
        fields.add(component.getName());
        if (component.getType() != Optional.class) {
          required.add(component.getName());
          assertEquals(
              jsonType(component.getType()),
              schema.path("properties").path(component.getName()).path("type").asText(),
              message + " " + component);
        }
      }
      assertEquals(fields, names(schema.path("properties")), message.toString());
      assertEquals(required, texts(schema.path("required")), message.toString());
    }
  }

  @Test
  void theStatusIsWhatTheCommandPrints() {
    JsonNode status =
        StatusJson.format(
            new KeyserverStatus(
                "u",
                "n",
                1,
                1,
                1,
                1,
                Bytes.fromHex("00"),
                "c",
                1,
                1,
                1,
                1,
                false,
                Optional.of(new KeyserverStatus.Snapshot(1, 1, 1, 1, java.time.Instant.EPOCH)),
                Optional.of(new KeyserverStatus.Log(1, 1))));
    JsonNode schema = document.path("components").path("schemas").path("Status");
    assertEquals(names(status), names(schema.path("properties")));
    assertEquals(names(status), texts(schema.path("required")));
    for (String part : List.of("snapshot", "log")) {
      assertEquals(
          names(status.path(part)), names(schema.path("properties").path(part).path("properties")));
    }
  }

  @Test
  void everyCodeIsListed() throws IllegalAccessException {
    Set<String> codes = new TreeSet<>();
    Stream.of(
            new MalformedInputException(""),
            new WrongSecretException(""),
            new LockedOutException(""),
            new IntegrityException(""),
            new UnavailableException(""),
            new FencedException(""),
            new AbsentException(""))
        .forEach(each -> {
          Refusal refusal = Refusal.of(each, Map.of());
          assertEquals(Integer.toString(each.exitCode()), refusal.body().details().get("exitCode"));
          codes.add(LocalErrors.code(each));
        });
    codes.addAll(
        List.of(
            LocalErrors.STOPPING,
            LocalErrors.NO_SUCH_ROUTE,
            ErrorCodes.TOKEN_INVALID,
            ErrorCodes.FORBIDDEN,
            ErrorCodes.TOO_LARGE,
            ErrorCodes.TOO_MANY,
            ErrorCodes.INTERNAL));
    JsonNode schemas = document.path("components").path("schemas");
    assertEquals(
        codes, texts(schemas.path("ErrorBody").path("properties").path("code").path("enum")));
    Set<String> problems = new TreeSet<>();
    for (Field field : Readiness.Codes.class.getFields()) {
      problems.add(String.valueOf(field.get(null)));
    }
    assertEquals(
        problems, texts(schemas.path("Problem").path("properties").path("code").path("enum")));
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = new ArrayList<>();
    collect(document, references);
    assertFalse(references.isEmpty());
    for (String reference : references) {
      assertFalse(
          document.at(reference.substring(1)).isMissingNode(), reference + " leads nowhere");
    }
  }

  @Test
  void theReferenceInTheDocumentationIsThisDocument() throws IOException {
    String documentation = Files.readString(DOCUMENTATION);
    int begin = documentation.indexOf(BEGIN);
    int end = documentation.indexOf(END);
    assertTrue(begin >= 0 && end > begin, DOCUMENTATION + " has no place for the reference");
    assertEquals(
        reference(),
        documentation.substring(begin + BEGIN.length(), end),
        () -> "put this into " + DOCUMENTATION + ":\n" + reference());
  }

  private String reference() {
    StringBuilder out = new StringBuilder("\n");
    for (Operation operation : operations()) {
      JsonNode json = operation.json();
      out.append("#### `").append(operation.route()).append("`\n\n");
      out.append(json.path("summary").asText()).append('.');
      if (!json.path("description").asText().isEmpty()) {
        out.append(' ').append(json.path("description").asText());
      }
      if (json.path("security").isEmpty()) {
        out.append(" No token is needed.");
      }
      out.append("\n\n");
      for (JsonNode parameter : json.path("parameters")) {
        out.append("- `").append(parameter.path("name").asText()).append('`');
        JsonNode otherwise = parameter.path("schema").path("default");
        out.append(
            parameter.path("required").asBoolean()
                ? " (required)"
                : otherwise.isMissingNode() ? "" : " (default `" + otherwise.asText() + "`)");
        out.append(": ").append(parameter.path("description").asText()).append('\n');
      }
      out.append("- answers ").append(answers(json.path("responses"))).append("\n\n");
    }
    return out.toString();
  }

  private static String answers(JsonNode responses) {
    Map<String, String> answers = new LinkedHashMap<>();
    responses
        .properties()
        .forEach(entry -> {
          JsonNode content = entry.getValue().path("content");
          List<String> types = new ArrayList<>();
          content
              .properties()
              .forEach(type -> {
                String reference = type.getValue().path("schema").path("$ref").asText();
                types.add(
                    "`"
                        + (reference.isEmpty() || !type.getKey().equals("application/json")
                            ? type.getKey()
                            : reference.substring(reference.lastIndexOf('/') + 1))
                        + "`");
              });
          answers.put(entry.getKey(), types.isEmpty() ? "" : " " + String.join(" or ", types));
        });
    List<String> texts = new ArrayList<>();
    answers.forEach((status, type) -> texts.add(status + type));
    return String.join(", ", texts);
  }

  private static String jsonType(Class<?> type) {
    if (type == String.class) {
      return "string";
    }
    if (type == int.class || type == long.class) {
      return "integer";
    }
    if (type == List.class) {
      return "array";
    }
    return type == Map.class ? "object" : type.getSimpleName();
  }

  private static void collect(JsonNode node, List<String> references) {
    if (node.path("$ref").isTextual()) {
      references.add(node.path("$ref").asText());
    }
    for (JsonNode child : node) {
      collect(child, references);
    }
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new TreeSet<>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
