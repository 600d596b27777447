package dev.cairn.recovery.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.provider.store.InMemoryObjectStore;
import dev.cairn.recovery.accounts.InMemoryTopic;
import dev.cairn.schemas.http.AccountInfo;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.AuditEntry;
import dev.cairn.schemas.http.AuditTrail;
import dev.cairn.schemas.http.BasePublish;
import dev.cairn.schemas.http.BasePublished;
import dev.cairn.schemas.http.BundleReplace;
import dev.cairn.schemas.http.BundleReplaced;
import dev.cairn.schemas.http.CompactRequested;
import dev.cairn.schemas.http.ConnectRequest;
import dev.cairn.schemas.http.Connection;
import dev.cairn.schemas.http.CredentialsReplace;
import dev.cairn.schemas.http.CredentialsReplaced;
import dev.cairn.schemas.http.CredentialsStart;
import dev.cairn.schemas.http.CredentialsStarted;
import dev.cairn.schemas.http.EpochRequest;
import dev.cairn.schemas.http.ErrorBody;
import dev.cairn.schemas.http.ErrorCodes;
import dev.cairn.schemas.http.FactorCode;
import dev.cairn.schemas.http.HttpJson;
import dev.cairn.schemas.http.KsfInfo;
import dev.cairn.schemas.http.LogExtent;
import dev.cairn.schemas.http.LoggedIn;
import dev.cairn.schemas.http.LoginChallenge;
import dev.cairn.schemas.http.LoginChallengeRequest;
import dev.cairn.schemas.http.LoginFinish;
import dev.cairn.schemas.http.LoginStart;
import dev.cairn.schemas.http.LoginStarted;
import dev.cairn.schemas.http.NewFactor;
import dev.cairn.schemas.http.NonceIssued;
import dev.cairn.schemas.http.PasswordRecord;
import dev.cairn.schemas.http.PossessionProven;
import dev.cairn.schemas.http.RecoveryKeyLogin;
import dev.cairn.schemas.http.Registered;
import dev.cairn.schemas.http.RegistrationFinish;
import dev.cairn.schemas.http.RegistrationStart;
import dev.cairn.schemas.http.RegistrationStarted;
import dev.cairn.schemas.http.ServerInfo;
import dev.cairn.schemas.http.SnapshotList;
import dev.cairn.schemas.http.SnapshotName;
import dev.cairn.schemas.http.TakeoverAnswer;
import dev.cairn.schemas.http.TakeoverRequest;
import dev.cairn.schemas.http.WalletLogin;
import dev.cairn.schemas.http.WalletProof;
import dev.cairn.schemas.http.WalletRegistrationFinish;
import dev.cairn.schemas.http.WalletRegistrationStart;
import dev.cairn.schemas.http.WalletRegistrationStarted;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the document against the routes, and its schemas against the messages. */
class OpenApiTest {
  private static final Pattern PARAMETER = Pattern.compile("\\{([A-Za-z]+)}");

  private static final String BINARY = "application/octet-stream";

  private static final List<Class<?>> MESSAGES =
      List.of(
          AccountInfo.class,
          CredentialsReplace.class,
          CredentialsReplaced.class,
          CredentialsStart.class,
          CredentialsStarted.class,
          FactorCode.class,
          LoginChallenge.class,
          LoginChallengeRequest.class,
          NewFactor.class,
          PasswordRecord.class,
          RecoveryKeyLogin.class,
          WalletLogin.class,
          WalletProof.class,
          WalletRegistrationFinish.class,
          WalletRegistrationStart.class,
          WalletRegistrationStarted.class,
          AuditEntry.class,
          AuditTrail.class,
          BasePublish.class,
          BasePublished.class,
          BundleReplace.class,
          BundleReplaced.class,
          EpochRequest.class,
          CompactRequested.class,
          ConnectRequest.class,
          Connection.class,
          Routes.Empty.class,
          ErrorBody.class,
          KsfInfo.class,
          LogExtent.class,
          LoggedIn.class,
          LoginFinish.class,
          LoginStart.class,
          LoginStarted.class,
          NonceIssued.class,
          PossessionProven.class,
          Registered.class,
          RegistrationFinish.class,
          RegistrationStart.class,
          RegistrationStarted.class,
          ServerInfo.class,
          SnapshotList.class,
          SnapshotName.class,
          TakeoverAnswer.class,
          TakeoverRequest.class);

  /** What a route takes and gives; a body that is no message is named by its media type. */
  private record Exchange(Optional<Class<?>> request, String answer) {
    static Exchange of(Class<?> request, Class<?> answer) {
      return new Exchange(Optional.of(request), answer.getSimpleName());
    }

    static Exchange giving(Class<?> answer) {
      return new Exchange(Optional.empty(), answer.getSimpleName());
    }

    static Exchange givingMedia(String type) {
      return new Exchange(Optional.empty(), type);
    }
  }

  private static final String FILE = "/{keyVersion}/{directory}/{file}";

  private static final Map<String, Exchange> EXCHANGES =
      Map.ofEntries(
          Map.entry("GET " + ApiPaths.SERVER, Exchange.giving(ServerInfo.class)),
          Map.entry("GET " + ApiPaths.OPENAPI, Exchange.givingMedia("application/json")),
          Map.entry("GET " + ApiPaths.HEALTH, Exchange.givingMedia("text/plain")),
          Map.entry("GET " + ApiPaths.READY, Exchange.givingMedia("text/plain")),
          Map.entry("POST " + ApiPaths.NONCE, Exchange.of(Routes.Empty.class, NonceIssued.class)),
          Map.entry(
              "POST " + ApiPaths.REGISTRATION_START,
              Exchange.of(RegistrationStart.class, RegistrationStarted.class)),
          Map.entry(
              "POST " + ApiPaths.REGISTRATION_FINISH,
              Exchange.of(RegistrationFinish.class, Registered.class)),
          Map.entry(
              "POST " + ApiPaths.LOGIN_START, Exchange.of(LoginStart.class, LoginStarted.class)),
          Map.entry(
              "POST " + ApiPaths.LOGIN_FINISH, Exchange.of(LoginFinish.class, LoggedIn.class)),
          Map.entry(
              "POST " + ApiPaths.LOGIN_CHALLENGE,
              Exchange.of(LoginChallengeRequest.class, LoginChallenge.class)),
          Map.entry(
              "POST " + ApiPaths.LOGIN_RECOVERY_KEY,
              Exchange.of(RecoveryKeyLogin.class, LoggedIn.class)),
          Map.entry(
              "POST " + ApiPaths.LOGIN_WALLET, Exchange.of(WalletLogin.class, LoggedIn.class)),
          Map.entry(
              "POST " + ApiPaths.REGISTRATION_WALLET,
              Exchange.of(WalletRegistrationStart.class, WalletRegistrationStarted.class)),
          Map.entry(
              "POST " + ApiPaths.REGISTRATION_WALLET_FINISH,
              Exchange.of(WalletRegistrationFinish.class, Registered.class)),
          Map.entry("POST " + ApiPaths.LOGIN_FACTOR, Exchange.of(FactorCode.class, LoggedIn.class)),
          Map.entry(
              "POST " + ApiPaths.CREDENTIALS_START,
              Exchange.of(CredentialsStart.class, CredentialsStarted.class)),
          Map.entry(
              "POST " + ApiPaths.CREDENTIALS,
              Exchange.of(CredentialsReplace.class, CredentialsReplaced.class)),
          Map.entry(
              "POST " + ApiPaths.OWNER_CREDENTIALS_START,
              Exchange.of(CredentialsStart.class, CredentialsStarted.class)),
          Map.entry(
              "POST " + ApiPaths.OWNER_CREDENTIALS,
              Exchange.of(CredentialsReplace.class, CredentialsReplaced.class)),
          Map.entry("GET " + ApiPaths.OWNER_ACCOUNT, Exchange.giving(AccountInfo.class)),
          Map.entry("GET " + ApiPaths.BUNDLE, Exchange.givingMedia(BINARY)),
          Map.entry(
              "POST " + ApiPaths.POSSESSION,
              Exchange.of(Routes.Empty.class, PossessionProven.class)),
          Map.entry(
              "POST " + ApiPaths.TAKEOVER,
              Exchange.of(TakeoverRequest.class, TakeoverAnswer.class)),
          Map.entry("GET " + ApiPaths.RECOVERY_SNAPSHOTS, Exchange.giving(SnapshotList.class)),
          Map.entry("GET " + ApiPaths.RECOVERY_SNAPSHOTS + FILE, Exchange.givingMedia(BINARY)),
          Map.entry("GET " + ApiPaths.RECOVERY_LOG, Exchange.giving(LogExtent.class)),
          Map.entry("GET " + ApiPaths.RECOVERY_RECORDS, Exchange.givingMedia(BINARY)),
          Map.entry(
              "POST " + ApiPaths.OWNER_CONNECT,
              Exchange.of(ConnectRequest.class, Connection.class)),
          Map.entry(
              "POST " + ApiPaths.OWNER_COMPACT,
              Exchange.of(Routes.Empty.class, CompactRequested.class)),
          Map.entry(
              "POST " + ApiPaths.OWNER_EPOCH,
              Exchange.of(EpochRequest.class, TakeoverAnswer.class)),
          Map.entry(
              "PUT " + ApiPaths.OWNER_BASES + "/{keyVersion}/{epoch}/{file}",
              Exchange.giving(Routes.Empty.class)),
          Map.entry(
              "POST " + ApiPaths.OWNER_BASE_PUBLISH,
              Exchange.of(BasePublish.class, BasePublished.class)),
          Map.entry(
              "POST " + ApiPaths.BUNDLE_REPLACE,
              Exchange.of(BundleReplace.class, BundleReplaced.class)),
          Map.entry("GET " + ApiPaths.OWNER_SNAPSHOTS, Exchange.giving(SnapshotList.class)),
          Map.entry("GET " + ApiPaths.OWNER_SNAPSHOTS + FILE, Exchange.givingMedia(BINARY)),
          Map.entry("GET " + ApiPaths.OWNER_LOG, Exchange.giving(LogExtent.class)),
          Map.entry("GET " + ApiPaths.OWNER_RECORDS, Exchange.givingMedia(BINARY)),
          Map.entry("GET " + ApiPaths.OWNER_AUDIT, Exchange.giving(AuditTrail.class)));

  @TempDir private Path directory;
  private JsonNode document;

  @BeforeEach
  void read() throws Exception {
    document = HttpJson.strict().readTree(OpenApiDocument.read());
  }

  @Test
  void theDocumentNamesExactlyTheRoutes() throws Exception {
    Set<String> routes = new TreeSet<>();
    try (Instance instance =
        new Instance(
            directory.resolve("secrets"),
            new InMemoryTopic(() -> 1),
            new InMemoryObjectStore(),
            new FakeLogs(),
            new FakeBroker(),
            Clock.systemUTC())) {
      for (Route route : new Routes(instance.services).all()) {
        assertTrue(routes.add(route.method() + " " + route.path()), "twice: " + route.path());
      }
    }
    assertEquals(routes, operations().keySet());
    assertEquals(routes, new TreeSet<>(EXCHANGES.keySet()), "this test knows every route");
  }

  @Test
  void everyPathParameterIsDescribedAndNoOther() {
    operations()
        .forEach((route, operation) -> {
          Set<String> inPath = new TreeSet<>();
          Matcher matcher = PARAMETER.matcher(route);
          while (matcher.find()) {
            inPath.add(matcher.group(1));
          }
          Set<String> described = new TreeSet<>();
          for (JsonNode parameter : parameters(operation)) {
            if (parameter.path("in").asText().equals("path")) {
              described.add(parameter.path("name").asText());
              assertTrue(parameter.path("required").asBoolean(), route);
            }
          }
          assertEquals(inPath, described, route);
        });
  }

  @Test
  void everyRouteTakesAndGivesItsMessages() {
    operations()
        .forEach((route, operation) -> {
          Exchange exchange =
              EXCHANGES.getOrDefault(route, Exchange.givingMedia("a route of nobody"));
          assertEquals(
              exchange.request().map(Class::getSimpleName),
              Optional.of(operation.path("requestBody"))
                  .filter(body -> body.path("content").has("application/json"))
                  .map(body -> message(body.path("content").path("application/json"))),
              route);
          JsonNode content = operation.path("responses").path("200").path("content");
          assertEquals(1, content.size(), route);
          String type = content.fieldNames().next();
          String answer =
              type.equals("application/json") && content.path(type).path("schema").has("$ref")
                  ? message(content.path(type))
                  : type;
          assertEquals(exchange.answer(), answer, route);
        });
  }

  @Test
  void everyMessageHasTheFieldsOfItsRecord() {
    JsonNode schemas = document.path("components").path("schemas");
    Set<String> named = new TreeSet<>();
    for (Class<?> message : MESSAGES) {
      named.add(message.getSimpleName());
      JsonNode schema = schemas.path(message.getSimpleName());
      Set<String> fields = new TreeSet<>();
      Set<String> required = new TreeSet<>();
      for (RecordComponent component : message.getRecordComponents()) {
        String name = component.getName();
        fields.add(name);
        JsonNode property = schema.path("properties").path(name);
        boolean optional =
            component.getType() == Optional.class || component.getType() == OptionalLong.class;
        if (!optional) {
          required.add(name);
          assertEquals(jsonType(component.getType()), typeOf(property), message + " " + name);
        }
      }
      assertEquals(fields, names(schema.path("properties")), message.toString());
      assertEquals(required, texts(schema.path("required")), message.toString());
      assertFalse(schema.path("additionalProperties").asBoolean(true), message.toString());
    }
    assertEquals(named, names(schemas));
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
  void whateverIsSecuredSaysHowAndSignedRequestsNameTheirHeaders() {
    Set<String> schemes = names(document.path("components").path("securitySchemes"));
    Set<String> possession =
        Set.of(
            ApiPaths.HEADER_KEY_VERSION,
            ApiPaths.HEADER_NONCE,
            ApiPaths.HEADER_EXPIRY,
            ApiPaths.HEADER_SIGNATURE);
    operations()
        .forEach((route, operation) -> {
          JsonNode security = operation.path("security");
          assertTrue(security.isArray(), route);
          Set<String> used = security.isEmpty() ? Set.of() : names(security.get(0));
          assertTrue(schemes.containsAll(used), route);
          Set<String> headers = new HashSet<>();
          for (JsonNode parameter : parameters(operation)) {
            if (parameter.path("in").asText().equals("header")
                && parameter.path("required").asBoolean()) {
              headers.add(parameter.path("name").asText());
            }
          }
          Set<String> expected = new HashSet<>();
          if (used.contains("ownerSignature") || used.contains("possessionStatement")) {
            expected.addAll(possession);
          }
          if (used.contains("ownerSignature")) {
            expected.add(ApiPaths.HEADER_USER);
          }
          assertEquals(expected, headers, route);
          if (route.contains("/v1/owner/")) {
            assertEquals(Set.of("ownerSignature"), used, route);
          }
          if (route.contains("/v1/recovery/")) {
            assertTrue(used.contains("possessionToken") != used.contains("secretToken"), route);
          }
        });
  }

  @Test
  void everyRefusalIsAnErrorBodyAndEveryCodeIsListed() throws Exception {
    for (JsonNode response : document.path("components").path("responses")) {
      assertEquals("ErrorBody", message(response.path("content").path("application/json")));
    }
    Set<String> codes = new TreeSet<>();
    for (Field field : ErrorCodes.class.getFields()) {
      assertTrue(Modifier.isStatic(field.getModifiers()));
      codes.add(String.valueOf(field.get(null)));
    }
    assertEquals(
        codes,
        texts(
            document
                .path("components")
                .path("schemas")
                .path("ErrorBody")
                .path("properties")
                .path("code")
                .path("enum")));
    operations()
        .forEach((route, operation) ->
            operation
                .path("responses")
                .properties()
                .forEach(entry ->
                    assertEquals(
                        Integer.parseInt(entry.getKey()) >= 400,
                        entry.getValue().has("$ref"),
                        route + " " + entry.getKey())));
  }

  private Map<String, JsonNode> operations() {
    Map<String, JsonNode> operations = new TreeMap<>();
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(method ->
                    operations.put(
                        method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                        method.getValue())));
    return operations;
  }

  private List<JsonNode> parameters(JsonNode operation) {
    List<JsonNode> parameters = new ArrayList<>();
    for (JsonNode parameter : operation.path("parameters")) {
      parameters.add(
          parameter.has("$ref")
              ? document.at(parameter.path("$ref").asText().substring(1))
              : parameter);
    }
    return parameters;
  }

  private static String message(JsonNode media) {
    String reference = media.path("schema").path("$ref").asText();
    return reference.substring(reference.lastIndexOf('/') + 1);
  }

  private static String jsonType(Class<?> type) {
    if (type == String.class || type.isEnum()) {
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

  private static String typeOf(JsonNode property) {
    return property.has("$ref")
        ? message(HttpJson.strict().createObjectNode().set("schema", property))
        : property.path("type").asText();
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
