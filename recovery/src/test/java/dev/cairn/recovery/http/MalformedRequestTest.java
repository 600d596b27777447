package dev.cairn.recovery.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.crypto.Bytes;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.recovery.http.Caller.Entered;
import dev.cairn.recovery.http.Caller.Owner;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.BasePublish;
import dev.cairn.schemas.http.BundleReplace;
import dev.cairn.schemas.http.ConnectRequest;
import dev.cairn.schemas.http.CredentialsReplace;
import dev.cairn.schemas.http.CredentialsStart;
import dev.cairn.schemas.http.EpochRequest;
import dev.cairn.schemas.http.ErrorBody;
import dev.cairn.schemas.http.FactorCode;
import dev.cairn.schemas.http.HttpJson;
import dev.cairn.schemas.http.LoginChallengeRequest;
import dev.cairn.schemas.http.LoginFinish;
import dev.cairn.schemas.http.LoginStart;
import dev.cairn.schemas.http.NewFactor;
import dev.cairn.schemas.http.PasswordRecord;
import dev.cairn.schemas.http.RecoveryKeyLogin;
import dev.cairn.schemas.http.RegistrationFinish;
import dev.cairn.schemas.http.RegistrationStart;
import dev.cairn.schemas.http.TakeoverRequest;
import dev.cairn.schemas.http.WalletLogin;
import dev.cairn.schemas.http.WalletProof;
import dev.cairn.schemas.http.WalletRegistrationFinish;
import dev.cairn.schemas.http.WalletRegistrationStart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Garbage for every route: each answer is a 4xx that says what is wrong, and nothing has changed.
 */
class MalformedRequestTest {
  private static final String SENTINEL = "hunter2hunter2";
  private static final Bytes POINT =
      Bytes.fromHex("036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");

  @TempDir Path directory;
  private Fixture fixture;
  private Instance instance;
  private Caller caller;

  @BeforeEach
  void start() throws Exception {
    fixture = new Fixture(directory);
    instance = fixture.start();
    caller = new Caller(instance.uri());
  }

  @AfterEach
  void stop() {
    caller.close();
    instance.close();
  }

  /** A well-formed message of every route that takes one. */
  private static Map<String, Object> messages() {
    String point = POINT.base64Url();
    String id = Bytes.wrap(new byte[16]).base64Url();
    Map<String, Object> messages = new LinkedHashMap<>();
    messages.put(ApiPaths.NONCE, Map.of());
    messages.put(ApiPaths.REGISTRATION_START, new RegistrationStart("alice", point));
    messages.put(
        ApiPaths.REGISTRATION_FINISH,
        new RegistrationFinish("AAAA", "AAAA", "AAAA", point, Caller.ksf(), Optional.empty()));
    messages.put(ApiPaths.LOGIN_START, new LoginStart("alice", point));
    messages.put(ApiPaths.LOGIN_FINISH, new LoginFinish(id, point));
    messages.put(ApiPaths.LOGIN_CHALLENGE, new LoginChallengeRequest("alice"));
    messages.put(
        ApiPaths.LOGIN_RECOVERY_KEY,
        new RecoveryKeyLogin("alice", "0".repeat(64), 1, Bytes.wrap(new byte[64]).base64Url()));
    WalletProof proof = new WalletProof("eip4361", "text", "00".repeat(65));
    messages.put(ApiPaths.LOGIN_WALLET, new WalletLogin("alice", proof));
    messages.put(ApiPaths.REGISTRATION_WALLET, new WalletRegistrationStart("0x" + "ab".repeat(20)));
    messages.put(
        ApiPaths.REGISTRATION_WALLET_FINISH,
        new WalletRegistrationFinish("AAAA", proof, "AAAA", point, Optional.empty()));
    messages.put(ApiPaths.LOGIN_FACTOR, new FactorCode("123456"));
    messages.put(ApiPaths.CREDENTIALS_START, new CredentialsStart(Optional.of(point)));
    CredentialsReplace change =
        new CredentialsReplace(
            1,
            CredentialsReplace.PASSWORD,
            Optional.of(new PasswordRecord(point, Caller.ksf())),
            Optional.empty(),
            CredentialsReplace.KEEP,
            Optional.empty(),
            CredentialsReplace.NEW,
            Optional.of(new NewFactor(Bytes.wrap(new byte[20]).base64Url(), "1", List.of())),
            List.of(),
            Optional.of(point));
    messages.put(ApiPaths.CREDENTIALS, change);
    messages.put(ApiPaths.OWNER_CREDENTIALS, change);
    messages.put(ApiPaths.OWNER_CREDENTIALS_START, new CredentialsStart(Optional.of(point)));
    messages.put(ApiPaths.POSSESSION, Map.of());
    messages.put(ApiPaths.TAKEOVER, new TakeoverRequest("0".repeat(32), 1));
    messages.put(ApiPaths.OWNER_CONNECT, new ConnectRequest(1));
    messages.put(ApiPaths.OWNER_COMPACT, Map.of());
    messages.put(ApiPaths.OWNER_EPOCH, new EpochRequest("0".repeat(32), 1));
    messages.put(ApiPaths.OWNER_BASE_PUBLISH, new BasePublish("0".repeat(32), point));
    messages.put(ApiPaths.BUNDLE_REPLACE, new BundleReplace(point));
    return messages;
  }

  @Test
  void everyRouteThatTakesAMessageIsHere() {
    Set<String> posts = new HashSet<>();
    for (Route route : new Routes(instance.services).all()) {
      if (route.method().name().equals("POST")) {
        posts.add(route.path());
      }
    }
    assertEquals(posts, messages().keySet());
  }

  @Test
  void bodiesThatAreNotTheMessageAreRefusedWithAReason() throws Exception {
    Map<String, Bytes> before = everything();
    for (Map.Entry<String, Object> route : messages().entrySet()) {
      for (byte[] body : wrongBodies(HttpJson.strict().valueToTree(route.getValue()))) {
        HttpResponse<byte[]> answer = caller.send("POST", route.getKey(), signed(), body);
        String said = Caller.text(answer);
        String sent = body.length > 200 ? "(long)" : new String(body, StandardCharsets.UTF_8);
        assertEquals(400, answer.statusCode(), route.getKey() + " " + sent + " " + said);
        ErrorBody error = HttpJson.strict().readValue(answer.body(), ErrorBody.class);
        assertEquals("malformed", error.code());
        assertTrue(error.message().length() > 15, said);
        assertFalse(said.contains(SENTINEL), "an answer quotes what it could not read: " + said);
      }
    }
    assertEquals(before, everything());
  }

  private static List<byte[]> wrongBodies(ObjectNode right) throws Exception {
    List<byte[]> wrong = new ArrayList<>();
    for (String text :
        List.of(
            "",
            SENTINEL,
            "null",
            "[]",
            "1",
            "\"" + SENTINEL + "\"",
            "{",
            "{\"other\":\"" + SENTINEL + "\"}",
            right + "x",
            right + "{}",
            "[".repeat(5000))) {
      wrong.add(text.getBytes(StandardCharsets.UTF_8));
    }
    wrong.add(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    for (String field : new ArrayList<>(new TreeMap<>(toMap(right)).keySet())) {
      ObjectNode without = right.deepCopy();
      without.remove(field);
      wrong.add(HttpJson.strict().writeValueAsBytes(without));
      ObjectNode nothing = right.deepCopy();
      nothing.putNull(field);
      boolean mayBeNone = right.size() == 1 && field.equals("request"); // no new password
      if (!nothing.equals(right) && !mayBeNone) {
        wrong.add(HttpJson.strict().writeValueAsBytes(nothing));
      }
      ObjectNode list = right.deepCopy();
      list.putArray(field).add(SENTINEL);
      wrong.add(HttpJson.strict().writeValueAsBytes(list));
      ObjectNode other = right.deepCopy();
      if (right.get(field).isTextual()) {
        other.put(field, 7);
      } else {
        other.put(field, SENTINEL);
      }
      wrong.add(HttpJson.strict().writeValueAsBytes(other));
      // The same field twice.
      String twice = "{\"" + field + "\":" + right.get(field) + "," + right.toString().substring(1);
      wrong.add(twice.getBytes(StandardCharsets.UTF_8));
    }
    ObjectNode more = right.deepCopy();
    more.put("more", SENTINEL);
    wrong.add(HttpJson.strict().writeValueAsBytes(more));
    return wrong;
  }

  private static Map<String, Object> toMap(ObjectNode node) {
    Map<String, Object> fields = new TreeMap<>();
    node.properties().forEach(each -> fields.put(each.getKey(), each.getValue()));
    return fields;
  }

  /** Who is still sending when the answer comes may see the connection break instead. */
  private HttpResponse<byte[]> sentOrBrokenOff(String path, HttpRequest.BodyPublisher body)
      throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return caller.send("POST", path, signed(), body);
      } catch (IOException e) {
        if (attempt == 20) {
          throw e;
        }
      }
    }
  }

  @Test
  void hugeBodiesAreRefusedAnnouncedOrNot() throws Exception {
    Map<String, Bytes> before = everything();
    byte[] huge = new byte[(256 << 10) + 1];
    Arrays.fill(huge, (byte) ' ');
    for (String path : messages().keySet()) {
      for (HttpRequest.BodyPublisher body :
          List.of(
              HttpRequest.BodyPublishers.ofByteArray(huge),
              HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(huge)))) {
        assertEquals("413 too_large", Caller.refusal(sentOrBrokenOff(path, body)), path);
      }
    }
    assertEquals(before, everything());
  }

  @Test
  void pointsThatAreNoneAreRefused() throws Exception {
    Map<String, Bytes> before = everything();
    byte[] unknownForm = POINT.toByteArray();
    unknownForm[0] = 5;
    byte[] tooGreat = new byte[33];
    Arrays.fill(tooGreat, (byte) 0xff);
    tooGreat[0] = 2;
    List<Bytes> points =
        List.of(
            Bytes.wrap(new byte[33]),
            Bytes.wrap(unknownForm),
            Bytes.wrap(tooGreat),
            Bytes.EMPTY,
            POINT.slice(0, 32),
            Bytes.concat(POINT, Bytes.wrap(new byte[1])));
    for (Bytes point : points) {
      assertEquals(
          "400 malformed",
          Caller.refusal(
              caller.post(
                  ApiPaths.REGISTRATION_START, new RegistrationStart("alice", point.base64Url()))));
      for (Bytes ke1 :
          List.of(
              Bytes.concat(point, Bytes.wrap(new byte[32]), POINT),
              Bytes.concat(POINT, Bytes.wrap(new byte[32]), point))) {
        assertEquals(
            "400 malformed",
            Caller.refusal(
                caller.post(ApiPaths.LOGIN_START, new LoginStart("alice", ke1.base64Url()))));
      }
    }
    for (String bad : List.of("!!!!", "AA==", "A", "AAA+", "AAA/", "AAAA\n", SENTINEL + "é")) {
      for (Object message :
          List.of(new LoginStart("alice", bad), new RegistrationStart("alice", bad))) {
        HttpResponse<byte[]> answer =
            caller.post(
                message instanceof LoginStart ? ApiPaths.LOGIN_START : ApiPaths.REGISTRATION_START,
                message);
        assertEquals("400 malformed", Caller.refusal(answer), bad);
        assertFalse(Caller.text(answer).contains(SENTINEL));
      }
    }
    for (String name :
        List.of("", "ab", "A".repeat(5), "a".repeat(33), "a b c", "älice", "a\u0000b")) {
      assertEquals(
          "400 malformed",
          Caller.refusal(
              caller.post(ApiPaths.LOGIN_START, new LoginStart(name, Caller.ke1("alice")))));
      assertEquals(
          "400 malformed",
          Caller.refusal(
              caller.post(
                  ApiPaths.REGISTRATION_START, new RegistrationStart(name, POINT.base64Url()))));
    }
    assertEquals(before, everything());
  }

  @Test
  void aRegistrationIsMadeOfWhatWasOfferedAndNothingElse() throws Exception {
    Owner alice = caller.register("alice", Fixture.PASSWORD);
    Map<String, Bytes> before = everything();
    for (RegistrationFinish finish :
        List.of(
            new RegistrationFinish(
                "AAAA",
                "AAAA",
                "AAAA",
                alice.author().publicKey().raw().base64Url(),
                Caller.ksf(),
                Optional.empty()),
            new RegistrationFinish(
                Bytes.wrap(new byte[150]).base64Url(),
                "AAAA",
                "AAAA",
                POINT.slice(1, 33).base64Url(),
                Caller.ksf(),
                Optional.empty()),
            new RegistrationFinish(
                "AAAA", "AAAA", "AAAA", POINT.base64Url(), Caller.ksf(), Optional.empty()))) {
      assertEquals(
          "400 malformed",
          Caller.refusal(
              caller.asOwner(alice, "POST", ApiPaths.REGISTRATION_FINISH, Caller.json(finish))));
    }
    assertEquals(before, everything());
  }

  @Test
  void headersThatAreNoneAreRefused() throws Exception {
    Map<String, Bytes> before = everything();
    for (String name :
        List.of(
            ApiPaths.HEADER_USER,
            ApiPaths.HEADER_KEY_VERSION,
            ApiPaths.HEADER_NONCE,
            ApiPaths.HEADER_EXPIRY,
            ApiPaths.HEADER_SIGNATURE)) {
      Map<String, String> without = new TreeMap<>(signed());
      without.remove(name);
      assertEquals(
          "400 malformed",
          Caller.refusal(caller.send("GET", ApiPaths.OWNER_AUDIT, without, new byte[0])),
          name);
      for (String value : List.of("", "x", "-1", "999999999999999999999", "AA==")) {
        Map<String, String> wrong = new TreeMap<>(signed());
        wrong.put(name, value);
        assertEquals(
            "400 malformed",
            Caller.refusal(caller.send("GET", ApiPaths.OWNER_AUDIT, wrong, new byte[0])),
            name + " " + value);
      }
    }
    assertEquals(
        "401 signature_invalid",
        Caller.refusal(caller.send("GET", ApiPaths.OWNER_AUDIT, signed(), new byte[0])));
    assertEquals(before, everything());
  }

  @Test
  void namesAndRangesOfFilesAreChecked() throws Exception {
    Owner owner = caller.register("alice", Fixture.PASSWORD);
    Entered entered = caller.login("alice", Fixture.PASSWORD);
    String token = caller.possession(entered, owner);
    Random random = new Random(3);
    byte[] content = new byte[200_000];
    random.nextBytes(content);
    fixture.writeSnapshot(owner, Fixture.DIRECTORY, Bytes.wrap(content));
    String base = ApiPaths.RECOVERY_SNAPSHOTS;
    for (String path :
        List.of(
            base + "/0/" + Fixture.DIRECTORY + "/" + Fixture.SEGMENT,
            base + "/x/" + Fixture.DIRECTORY + "/" + Fixture.SEGMENT,
            base + "/99999999999/" + Fixture.DIRECTORY + "/" + Fixture.SEGMENT,
            base + "/1/elsewhere/" + Fixture.SEGMENT,
            base + "/1/" + Fixture.DIRECTORY + "/other.avro",
            base + "/1/" + Fixture.DIRECTORY + "/segment-00000-0123456789abcdef.avro.bak",
            base + "/1/" + Fixture.DIRECTORY + "/%2e%2e%5cmanifest.avro")) {
      assertEquals("400 malformed", Caller.refusal(caller.get(path, token)), path);
    }
    assertEquals(
        "404 absent",
        Caller.refusal(
            caller.get(ApiPaths.snapshotFile(base, 1, Fixture.OLDER, Fixture.SEGMENT), token)));
    String file = ApiPaths.snapshotFile(base, 1, Fixture.DIRECTORY, Fixture.SEGMENT);
    Map<String, String> ranges = new LinkedHashMap<>();
    for (String range :
        List.of("bytes=5-2", "bytes=-5", "bytes=0-1,3-4", "bits=0-1", "bytes=a-b", "bytes=")) {
      ranges.put("Range", range);
      ranges.putAll(Caller.bearer(token));
      assertEquals(
          "400 malformed", Caller.refusal(caller.send("GET", file, ranges, new byte[0])), range);
    }
    for (int i = 0; i < 20; i++) {
      int from = random.nextInt(content.length);
      int last = from + random.nextInt(content.length);
      ranges.put("Range", "bytes=" + from + "-" + last);
      HttpResponse<byte[]> answer = caller.send("GET", file, ranges, new byte[0]);
      int to = Math.min(last + 1, content.length);
      assertEquals(206, answer.statusCode());
      assertArrayEquals(Arrays.copyOfRange(content, from, to), answer.body());
      assertEquals(
          "bytes " + from + "-" + (to - 1) + "/" + content.length,
          answer.headers().firstValue("Content-Range").orElseThrow());
    }
    ranges.put("Range", "bytes=199990-");
    assertEquals(10, caller.send("GET", file, ranges, new byte[0]).body().length);
    ranges.put("Range", "bytes=200000-");
    assertEquals(416, caller.send("GET", file, ranges, new byte[0]).statusCode());
  }

  @Test
  void offsetsAreCheckedAndATruncatedLogSaysWhereItStarts() throws Exception {
    Owner owner = caller.register("alice", Fixture.PASSWORD);
    Entered entered = caller.login("alice", Fixture.PASSWORD);
    String token = caller.possession(entered, owner);
    for (String query : List.of("", "?from=", "?from=-1", "?from=x", "?from=9999999999999999999")) {
      assertEquals(
          "400 malformed",
          Caller.refusal(caller.get(ApiPaths.RECOVERY_RECORDS + query, token)),
          query);
    }
    fixture.logs.start = 5;
    HttpResponse<byte[]> answer = caller.get(ApiPaths.RECOVERY_RECORDS + "?from=4", token);
    assertEquals("410 log_truncated", Caller.refusal(answer));
    assertEquals(
        "5",
        HttpJson.strict().readValue(answer.body(), ErrorBody.class).details().get("startOffset"));
  }

  @Test
  void aFileThatBreaksOffNeverLooksWhole() throws Exception {
    Owner owner = caller.register("alice", Fixture.PASSWORD);
    fixture.writeSnapshot(owner, Fixture.DIRECTORY, Bytes.wrap(new byte[300_000]));
    try (Instance broken =
            new Instance(
                directory.resolve("secrets"),
                fixture.topic,
                new BreakingStore(fixture.store, 100_000),
                fixture.logs,
                fixture.broker,
                fixture.clock);
        Caller there = new Caller(broken.uri())) {
      String file =
          ApiPaths.snapshotFile(ApiPaths.OWNER_SNAPSHOTS, 1, Fixture.DIRECTORY, Fixture.SEGMENT);
      assertThrows(IOException.class, () -> there.asOwner(owner, "GET", file, new byte[0]));
    }
  }

  @Test
  void whatIsNoRouteIsSaidAsAnyOtherRefusal() throws Exception {
    assertEquals(
        "404 absent", Caller.refusal(caller.send("GET", "/v1/nothing", Map.of(), new byte[0])));
    HttpResponse<byte[]> method =
        caller.send("DELETE", ApiPaths.LOGIN_START, Map.of(), new byte[0]);
    assertTrue(method.statusCode() == 404 || method.statusCode() == 405);
    Caller.refusal(method);
  }

  /** Headers of a signed request that nobody signed. */
  private Map<String, String> signed() throws Exception {
    Map<String, String> headers = new TreeMap<>();
    headers.put(ApiPaths.HEADER_USER, "a".repeat(26));
    headers.put(ApiPaths.HEADER_KEY_VERSION, "1");
    headers.put(ApiPaths.HEADER_NONCE, Bytes.wrap(new byte[32]).base64Url());
    headers.put(ApiPaths.HEADER_EXPIRY, "1");
    headers.put(ApiPaths.HEADER_SIGNATURE, Bytes.wrap(new byte[64]).base64Url());
    headers.put("Authorization", "Bearer nonsense");
    return headers;
  }

  /** All that the service has stored anywhere. */
  private Map<String, Bytes> everything() throws Exception {
    Map<String, Bytes> all = new TreeMap<>();
    fixture
        .topic
        .entries()
        .forEach(entry -> {
          String body = new String(entry.value().toByteArray(), StandardCharsets.ISO_8859_1);
          all.put("topic " + entry.offset(), Bytes.utf8(Integer.toString(body.hashCode())));
        });
    for (ObjectStat each : fixture.store.list("")) {
      all.put(each.key(), fixture.store.get(each.key(), 1 << 20).orElseThrow());
    }
    return all;
  }
}
