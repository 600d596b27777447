package dev.cairn.recovery.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.opaque.KE2;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.recovery.http.Caller.Entered;
import dev.cairn.recovery.http.Caller.Owner;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.AuditEntry;
import dev.cairn.schemas.http.AuditTrail;
import dev.cairn.schemas.http.CompactRequested;
import dev.cairn.schemas.http.ConnectRequest;
import dev.cairn.schemas.http.Connection;
import dev.cairn.schemas.http.ErrorBody;
import dev.cairn.schemas.http.HttpJson;
import dev.cairn.schemas.http.LogExtent;
import dev.cairn.schemas.http.LoginFinish;
import dev.cairn.schemas.http.LoginStart;
import dev.cairn.schemas.http.LoginStarted;
import dev.cairn.schemas.http.NonceIssued;
import dev.cairn.schemas.http.RegistrationStart;
import dev.cairn.schemas.http.ServerInfo;
import dev.cairn.schemas.http.SnapshotList;
import dev.cairn.schemas.http.SnapshotName;
import dev.cairn.schemas.http.TakeoverAnswer;
import dev.cairn.schemas.http.TakeoverRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a password to the data, rung by rung, and every way to skip one. */
class LadderTest {
  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);
  private static final String TAKEOVER_ID = "0123456789abcdef0123456789abcdef";

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

  @Test
  void thePasswordLeadsToTheBundleTheKeyToTheData() throws Exception {
    Owner owner = caller.register("alice", Fixture.PASSWORD);
    byte[] connect = Caller.json(new ConnectRequest(1));
    Connection connection =
        Caller.read(
            caller.asOwner(owner, "POST", ApiPaths.OWNER_CONNECT, connect), Connection.class);
    assertEquals("cairn-" + owner.userId().value() + "-1", connection.principal());
    assertEquals("cairn.log.c0." + owner.userId().value(), connection.topic());
    fixture.writeGenesis(owner);
    Bytes segment = Bytes.utf8("a segment's bytes");
    fixture.writeSnapshot(owner, Fixture.OLDER, segment);
    fixture.writeSnapshot(owner, Fixture.DIRECTORY, segment);

    // Start and finish at different instances.
    try (Instance other = fixture.start();
        Caller there = new Caller(other.uri())) {
      Entered entered = caller.login("alice", Fixture.PASSWORD, there);
      HttpResponse<byte[]> bundle = there.get(ApiPaths.BUNDLE, entered.token());
      assertEquals(200, bundle.statusCode());
      assertEquals(
          owner.userId(),
          BundleCodec.withBuiltInSchemas().decode(Bytes.wrap(bundle.body())).userId());

      String possession = caller.possession(entered, owner);
      assertEquals(
          List.of(new SnapshotName(1, Fixture.DIRECTORY), new SnapshotName(1, Fixture.OLDER)),
          Caller.read(there.get(ApiPaths.RECOVERY_SNAPSHOTS, possession), SnapshotList.class)
              .snapshots());
      String file =
          ApiPaths.snapshotFile(ApiPaths.RECOVERY_SNAPSHOTS, 1, Fixture.DIRECTORY, Fixture.SEGMENT);
      assertArrayEquals(segment.toByteArray(), caller.get(file, possession).body());
      assertEquals(
          new LogExtent(connection.topic(), 0, 1),
          Caller.read(caller.get(ApiPaths.RECOVERY_LOG, possession), LogExtent.class));
      HttpResponse<byte[]> records = caller.get(ApiPaths.RECOVERY_RECORDS + "?from=0", possession);
      assertEquals(200, records.statusCode());
      assertEquals(Optional.of("1"), records.headers().firstValue(ApiPaths.HEADER_NEXT_OFFSET));
      assertEquals(Optional.of("1"), records.headers().firstValue(ApiPaths.HEADER_END_OFFSET));

      TakeoverAnswer answer = takeover(there, entered, possession, owner, TAKEOVER_ID);
      assertEquals(TakeoverAnswer.State.ISSUED, answer.state());
      assertEquals(2, answer.epoch());
      assertEquals(OptionalLong.of(42), answer.finalEndOffset());
      assertEquals(
          "cairn-" + owner.userId().value() + "-2", answer.connection().orElseThrow().principal());
      // Repeated, elsewhere: the same.
      assertEquals(answer, takeover(caller, entered, possession, owner, TAKEOVER_ID));
      assertEquals(
          List.of("provide 1", "revoke 1", "end", "provide 2", "provide 2"), fixture.broker.done);
    }
    HttpResponse<byte[]> fenced = caller.asOwner(owner, "POST", ApiPaths.OWNER_CONNECT, connect);
    assertEquals("409 fenced", Caller.refusal(fenced));
    assertEquals(
        Map.of("epoch", "2"),
        HttpJson.strict().readValue(fenced.body(), ErrorBody.class).details());
    assertEquals(
        2,
        Caller.read(
                caller.asOwner(
                    owner, "POST", ApiPaths.OWNER_CONNECT, Caller.json(new ConnectRequest(2))),
                Connection.class)
            .epoch());
    assertEquals(
        "409 conflict",
        Caller.refusal(
            caller.asOwner(
                owner, "POST", ApiPaths.OWNER_CONNECT, Caller.json(new ConnectRequest(3)))));
  }

  @Test
  void anOwnerSeesItsSnapshotsLogAndAudit() throws Exception {
    Owner owner = caller.register("alice", Fixture.PASSWORD);
    fixture.writeGenesis(owner);
    fixture.writeSnapshot(owner, Fixture.DIRECTORY, Bytes.utf8("0123456789"));
    assertEquals(
        1,
        Caller.read(
                caller.asOwner(owner, "GET", ApiPaths.OWNER_SNAPSHOTS, new byte[0]),
                SnapshotList.class)
            .snapshots()
            .size());
    String file =
        ApiPaths.snapshotFile(ApiPaths.OWNER_SNAPSHOTS, 1, Fixture.DIRECTORY, "manifest.avro");
    assertArrayEquals(
        "manifest".getBytes(StandardCharsets.UTF_8),
        caller.asOwner(owner, "GET", file, new byte[0]).body());
    assertEquals(
        1,
        Caller.read(caller.asOwner(owner, "GET", ApiPaths.OWNER_LOG, new byte[0]), LogExtent.class)
            .endOffset());
    assertEquals(
        "job-of-alice",
        Caller.read(
                caller.asOwner(owner, "POST", ApiPaths.OWNER_COMPACT, EMPTY),
                CompactRequested.class)
            .jobId());
    caller.login("alice", Fixture.PASSWORD);
    List<String> events =
        Caller.read(
                caller.asOwner(owner, "GET", ApiPaths.OWNER_AUDIT, new byte[0]), AuditTrail.class)
            .entries()
            .stream()
            .map(AuditEntry::event)
            .toList();
    assertEquals(
        List.of("registered", "compaction requested", "login started", "login succeeded"), events);
  }

  @Test
  void aWrongPasswordAndAnUnknownNameGetTheSameAnswers() throws Exception {
    caller.register("alice", Fixture.PASSWORD);
    for (String name : List.of("alice", "nobody")) {
      LoginStart start = new LoginStart(name, Caller.ke1(name));
      LoginStarted one = Caller.read(caller.post(ApiPaths.LOGIN_START, start), LoginStarted.class);
      LoginStarted two = Caller.read(caller.post(ApiPaths.LOGIN_START, start), LoginStarted.class);
      Bytes first = Bytes.fromBase64Url(one.ke2());
      Bytes second = Bytes.fromBase64Url(two.ke2());
      assertEquals(KE2.SIZE, first.size(), name);
      // The same question gets the same evaluated point, and nothing else that repeats.
      assertEquals(first.slice(0, 33), second.slice(0, 33), name);
      for (int at = 34; at + 32 <= KE2.SIZE; at += 32) {
        assertNotEquals(first.slice(at, at + 32), second.slice(at, at + 32));
      }
      HttpResponse<byte[]> finish =
          caller.post(
              ApiPaths.LOGIN_FINISH,
              new LoginFinish(one.sessionId(), Bytes.wrap(new byte[32]).base64Url()));
      assertEquals("401 wrong_secret", Caller.refusal(finish));
      // One finish for each attempt.
      assertEquals(
          "401 token_invalid",
          Caller.refusal(
              caller.post(
                  ApiPaths.LOGIN_FINISH,
                  new LoginFinish(one.sessionId(), Bytes.wrap(new byte[32]).base64Url()))));
    }
  }

  @Test
  void theEleventhGuessIsRefusedAlsoAfterARestart() throws Exception {
    Owner owner = caller.register("alice", Fixture.PASSWORD);
    for (String name : List.of("alice", "nobody")) {
      String ke1 = Caller.ke1(name);
      for (int guess = 0; guess < 10; guess++) {
        assertEquals(
            200, caller.post(ApiPaths.LOGIN_START, new LoginStart(name, ke1)).statusCode());
      }
      HttpResponse<byte[]> eleventh = caller.post(ApiPaths.LOGIN_START, new LoginStart(name, ke1));
      assertEquals("429 locked_out", Caller.refusal(eleventh));
      assertTrue(Long.parseLong(eleventh.headers().firstValue("Retry-After").orElseThrow()) <= 60);
      try (Instance restarted = fixture.start();
          Caller there = new Caller(restarted.uri())) {
        assertEquals(
            "429 locked_out",
            Caller.refusal(there.post(ApiPaths.LOGIN_START, new LoginStart(name, ke1))));
      }
    }
    // A stranger's guesses do not reach the running keyserver.
    assertEquals(
        200,
        caller
            .asOwner(owner, "POST", ApiPaths.OWNER_CONNECT, Caller.json(new ConnectRequest(1)))
            .statusCode());
    fixture.clock.advance(Duration.ofMinutes(1));
    caller.login("alice", Fixture.PASSWORD);
    caller.login("alice", Fixture.PASSWORD);
  }

  @Test
  void aTokenOpensItsOwnRungOnlyAndOnlyInTime() throws Exception {
    Owner owner = caller.register("alice", Fixture.PASSWORD);
    Entered entered = caller.login("alice", Fixture.PASSWORD);
    String possession = caller.possession(entered, owner);
    for (String path :
        List.of(
            ApiPaths.RECOVERY_SNAPSHOTS,
            ApiPaths.RECOVERY_LOG,
            ApiPaths.RECOVERY_RECORDS + "?from=0",
            ApiPaths.snapshotFile(
                ApiPaths.RECOVERY_SNAPSHOTS, 1, Fixture.DIRECTORY, Fixture.SEGMENT))) {
      assertEquals("401 token_invalid", Caller.refusal(caller.get(path, entered.token())), path);
      assertEquals("401 token_invalid", Caller.refusal(caller.get(path, "x")), path);
      assertEquals(
          "401 token_invalid",
          Caller.refusal(caller.send("GET", path, Map.of(), new byte[0])),
          path);
    }
    assertEquals("401 token_invalid", Caller.refusal(caller.get(ApiPaths.BUNDLE, possession)));
    // No changed token is one.
    byte[] token = Bytes.fromBase64Url(entered.token()).toByteArray();
    for (int at = 0; at < token.length; at += 7) {
      byte[] changed = token.clone();
      changed[at] ^= 0x10;
      assertEquals(
          "401 token_invalid",
          Caller.refusal(caller.get(ApiPaths.BUNDLE, Bytes.wrap(changed).base64Url())));
    }
    assertEquals(200, caller.get(ApiPaths.BUNDLE, entered.token()).statusCode());
    fixture.clock.advance(Duration.ofMinutes(16));
    assertEquals("401 token_invalid", Caller.refusal(caller.get(ApiPaths.BUNDLE, entered.token())));
    assertEquals(200, caller.get(ApiPaths.RECOVERY_LOG, possession).statusCode());
    fixture.clock.advance(Duration.ofHours(24));
    assertEquals(
        "401 token_invalid", Caller.refusal(caller.get(ApiPaths.RECOVERY_LOG, possession)));
  }

  @Test
  void possessionIsProvenByTheKeyOfThisAccountInThisSessionForThisPurpose() throws Exception {
    Owner owner = caller.register("alice", Fixture.PASSWORD);
    Owner other = caller.register("mallory", Fixture.PASSWORD);
    Entered entered = caller.login("alice", Fixture.PASSWORD);
    Entered again = caller.login("alice", Fixture.PASSWORD);
    String secret = entered.token();

    // Another's key; another session's binding; another purpose; another body; another user's name.
    List<Map<String, String>> wrong =
        List.of(
            caller.possessionHeaders(
                entered, secret, owner.userId(), other.author(), "recover", EMPTY),
            caller.possessionHeaders(
                again, secret, owner.userId(), owner.author(), "recover", EMPTY),
            caller.possessionHeaders(
                entered, secret, owner.userId(), owner.author(), "takeover", EMPTY),
            caller.possessionHeaders(
                entered,
                secret,
                owner.userId(),
                owner.author(),
                "recover",
                "{} ".getBytes(StandardCharsets.UTF_8)),
            caller.possessionHeaders(
                entered, secret, other.userId(), owner.author(), "recover", EMPTY));
    for (Map<String, String> headers : wrong) {
      assertEquals(
          "401 signature_invalid",
          Caller.refusal(caller.send("POST", ApiPaths.POSSESSION, headers, EMPTY)));
    }
    // The key alone, without the login, opens nothing here.
    Entered forged = new Entered("forged", entered.sessionId(), entered.binding());
    assertEquals(
        "401 token_invalid",
        Caller.refusal(
            caller.send(
                "POST",
                ApiPaths.POSSESSION,
                caller.possessionHeaders(
                    forged, "forged", owner.userId(), owner.author(), "recover", EMPTY),
                EMPTY)));
    // What is right is right once.
    Map<String, String> right =
        caller.possessionHeaders(entered, secret, owner.userId(), owner.author(), "recover", EMPTY);
    assertEquals(200, caller.send("POST", ApiPaths.POSSESSION, right, EMPTY).statusCode());
    assertEquals(
        "401 signature_invalid",
        Caller.refusal(caller.send("POST", ApiPaths.POSSESSION, right, EMPTY)));
  }

  @Test
  void anOwnersRequestIsSignedForOnePathOnceAndInTime() throws Exception {
    Owner owner = caller.register("alice", Fixture.PASSWORD);
    byte[] none = new byte[0];
    Map<String, String> audit =
        caller.ownerHeaders(owner.userId(), owner.author(), "GET", ApiPaths.OWNER_AUDIT, none);
    assertEquals(
        "401 signature_invalid",
        Caller.refusal(caller.send("GET", ApiPaths.OWNER_LOG, audit, none)));
    assertEquals(
        "401 signature_invalid",
        Caller.refusal(caller.send("GET", ApiPaths.OWNER_AUDIT + "?more=1", audit, none)));
    assertEquals(200, caller.send("GET", ApiPaths.OWNER_AUDIT, audit, none).statusCode());
    assertEquals(
        "401 signature_invalid",
        Caller.refusal(caller.send("GET", ApiPaths.OWNER_AUDIT, audit, none)));

    Map<String, String> late =
        caller.ownerHeaders(owner.userId(), owner.author(), "GET", ApiPaths.OWNER_AUDIT, none);
    fixture.clock.advance(Duration.ofMinutes(3));
    assertEquals(
        "401 signature_invalid",
        Caller.refusal(caller.send("GET", ApiPaths.OWNER_AUDIT, late, none)));

    // A nonce of one's own making, and one whose time was stretched.
    NonceIssued own =
        new NonceIssued(Bytes.wrap(new byte[32]).base64Url(), fixture.clock.millis() + 60_000);
    NonceIssued issued = caller.nonce();
    NonceIssued stretched = new NonceIssued(issued.nonce(), issued.expiry() + 1);
    for (NonceIssued nonce : List.of(own, stretched)) {
      assertEquals(
          "401 signature_invalid",
          Caller.refusal(
              caller.send(
                  "GET",
                  ApiPaths.OWNER_AUDIT,
                  Caller.ownerHeaders(
                      owner.userId(), owner.author(), "GET", ApiPaths.OWNER_AUDIT, none, nonce),
                  none)));
    }
    // A nonce used at one instance is used at all.
    Map<String, String> once =
        caller.ownerHeaders(owner.userId(), owner.author(), "GET", ApiPaths.OWNER_AUDIT, none);
    try (Instance other = fixture.start();
        Caller there = new Caller(other.uri())) {
      assertEquals(200, there.send("GET", ApiPaths.OWNER_AUDIT, once, none).statusCode());
    }
    assertEquals(
        "401 signature_invalid",
        Caller.refusal(caller.send("GET", ApiPaths.OWNER_AUDIT, once, none)));
  }

  @Test
  void aNameIsTakenFromItsFirstRecordOn() throws Exception {
    Owner first = caller.register("alice", Fixture.PASSWORD);
    Entered entered = caller.login("alice", Fixture.PASSWORD);
    Owner second = caller.register("alice", Fixture.PASSWORD + " again");
    assertNotEquals(first.userId(), second.userId());
    // Token and key of the account before are worth nothing.
    assertEquals("401 token_invalid", Caller.refusal(caller.get(ApiPaths.BUNDLE, entered.token())));
    assertEquals(
        "401 signature_invalid",
        Caller.refusal(caller.asOwner(first, "GET", ApiPaths.OWNER_AUDIT, new byte[0])));
    fixture.writeGenesis(second);
    Set<String> answers = new HashSet<>();
    String request = Caller.ke1("alice").substring(0, 44);
    answers.add(
        Caller.refusal(
            caller.post(ApiPaths.REGISTRATION_START, new RegistrationStart("alice", request))));
    assertEquals(Set.of("409 username_taken"), answers);
    caller.login("alice", Fixture.PASSWORD + " again");
  }

  @Test
  void whatRegistrationAnswersUnderAFreeNameSaysNothingAboutTheLaterAccount() throws Exception {
    String ke1 = Caller.ke1("alice");
    String blinded = Bytes.fromBase64Url(ke1).slice(0, 33).base64Url();
    Set<Bytes> evaluated = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      HttpResponse<byte[]> answer =
          caller.post(ApiPaths.REGISTRATION_START, new RegistrationStart("alice", blinded));
      evaluated.add(
          Bytes.fromBase64Url(
                  HttpJson.strict().readTree(answer.body()).path("response").textValue())
              .slice(0, 33));
    }
    caller.register("alice", Fixture.PASSWORD);
    evaluated.add(
        Bytes.fromBase64Url(
                Caller.read(
                        caller.post(ApiPaths.LOGIN_START, new LoginStart("alice", ke1)),
                        LoginStarted.class)
                    .ke2())
            .slice(0, 33));
    assertEquals(4, evaluated.size(), "an uncounted answer was made with the account's key");
  }

  @Test
  void aTakeoverLeftHalfDoneIsFinishedByWhoeverIsAskedNext() throws Exception {
    Owner owner = caller.register("alice", Fixture.PASSWORD);
    Entered entered = caller.login("alice", Fixture.PASSWORD);
    String possession = caller.possession(entered, owner);
    for (String step : List.of("revoke", "end", "provide")) {
      fixture.broker.fail(step);
      TakeoverAnswer pending = takeover(caller, entered, possession, owner, TAKEOVER_ID);
      assertEquals(TakeoverAnswer.State.PENDING, pending.state(), step);
      assertEquals(Optional.empty(), pending.connection());
      // The old one gets no connection any more.
      assertEquals(
          "409 fenced",
          Caller.refusal(
              caller.asOwner(
                  owner, "POST", ApiPaths.OWNER_CONNECT, Caller.json(new ConnectRequest(1)))));
      fixture.broker.heal();
      if (!step.equals("provide")) {
        fixture.broker.fail("provide");
      }
    }
    try (Instance other = fixture.start();
        Caller there = new Caller(other.uri())) {
      other.takeovers.finishAll();
      TakeoverAnswer issued = takeover(there, entered, possession, owner, TAKEOVER_ID);
      assertEquals(TakeoverAnswer.State.ISSUED, issued.state());
      assertEquals(2, issued.epoch());
    }
    // A later takeover shuts this one out.
    String next = TAKEOVER_ID.replace('0', 'f');
    assertEquals(3, takeover(caller, entered, possession, owner, next).epoch());
    HttpResponse<byte[]> late = askTakeover(caller, entered, possession, owner, TAKEOVER_ID);
    assertEquals("409 fenced", Caller.refusal(late));
    assertTrue(fixture.broker.done.contains("revoke 2"));
  }

  @Test
  void theServerSaysWhoItIs() throws Exception {
    ServerInfo info =
        Caller.read(caller.send("GET", ApiPaths.SERVER, Map.of(), new byte[0]), ServerInfo.class);
    assertEquals(Instance.SERVER_NAME, info.serverName());
    assertEquals(10, info.maxGuesses());
    assertEquals(Caller.ksf(), info.ksf());
    for (String path : List.of(ApiPaths.HEALTH, ApiPaths.READY)) {
      assertEquals(200, caller.send("GET", path, Map.of(), new byte[0]).statusCode());
    }
  }

  @Test
  void whileKafkaIsAwayNothingIsAnsweredThatMustBeCounted() throws Exception {
    String ke1 = Caller.ke1("alice");
    fixture.topic.setDown(true);
    HttpResponse<byte[]> answer = caller.post(ApiPaths.LOGIN_START, new LoginStart("alice", ke1));
    assertEquals("503 unavailable", Caller.refusal(answer));
    assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    assertEquals(
        "503 unavailable",
        Caller.refusal(caller.send("GET", ApiPaths.READY, Map.of(), new byte[0])));
    assertEquals(200, caller.send("GET", ApiPaths.HEALTH, Map.of(), new byte[0]).statusCode());
    fixture.topic.setDown(false);
    assertEquals(200, caller.post(ApiPaths.LOGIN_START, new LoginStart("alice", ke1)).statusCode());
  }

  @Test
  void nothingThatIsStoredOrLoggedOpensABackup() throws Exception {
    caller.register("alice", Fixture.PASSWORD);
    Entered entered = caller.login("alice", Fixture.PASSWORD);
    List<Bytes> stored = new ArrayList<>();
    fixture.topic.entries().forEach(entry -> stored.add(entry.value()));
    for (ObjectStat each : fixture.store.list("")) {
      stored.add(fixture.store.get(each.key(), 1 << 20).orElseThrow());
    }
    for (Bytes each : stored) {
      String hex = each.hex();
      for (Bytes secret :
          List.of(
              Bytes.utf8(Fixture.PASSWORD),
              entered.binding(),
              Bytes.fromBase64Url(entered.token()))) {
        assertTrue(!hex.contains(secret.hex()));
      }
    }
    // Another key of the same user id is not the account's.
    try (BackupKey stranger = BackupKey.generate(new SecureRandom())) {
      KeyRing ring = stranger.deriveKeys(instance.accounts.read(s -> s.all().get(0)).userId(), 1);
      Owner thief =
          new Owner("alice", instance.accounts.read(s -> s.all().get(0)).userId(), ring.author());
      assertEquals(
          "401 signature_invalid",
          Caller.refusal(caller.asOwner(thief, "GET", ApiPaths.OWNER_AUDIT, new byte[0])));
      ring.close();
    }
  }

  private static TakeoverAnswer takeover(
      Caller caller, Entered entered, String possession, Owner owner, String id) throws Exception {
    return Caller.read(askTakeover(caller, entered, possession, owner, id), TakeoverAnswer.class);
  }

  private static HttpResponse<byte[]> askTakeover(
      Caller caller, Entered entered, String possession, Owner owner, String id) throws Exception {
    byte[] body = Caller.json(new TakeoverRequest(id, 1));
    return caller.send(
        "POST",
        ApiPaths.TAKEOVER,
        caller.possessionHeaders(
            entered, possession, owner.userId(), owner.author(), ApiPaths.PURPOSE_TAKEOVER, body),
        body);
  }
}
