package dev.cairn.e2e.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.local.ServerStack;
import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KE2;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.crypto.opaque.LoginAttempt;
import dev.cairn.crypto.opaque.LoginResult;
import dev.cairn.crypto.opaque.OpaqueClient;
import dev.cairn.crypto.opaque.PasswordInput;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.e2e.recovery.RawService.Reply;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.service.ServiceClient;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.recovery.RecoveryService;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.ErrorCodes;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attackers of the login: who guesses, who replays, who shows what is somebody else's. Two
 * instances stand over one log of accounts, and attackers use both.
 *
 * <p>Who has the password and guesses a second factor belongs here, too, as soon as there is one.
 */
class GuessesIT {
  /** What the service allows by default. */
  private static final int ALLOWED = 10;

  private static final int AT_ONCE = 50;
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir static Path directory;
  private static ServerStack stack;
  private static RecoveryService one;
  private static RecoveryService two;
  private static RawService here;
  private static RawService there;

  @BeforeAll
  static void start() throws Exception {
    stack = ServerStack.start(directory.resolve("stack"));
    one = RecoveryService.start(config());
    two = RecoveryService.start(config());
    here = new RawService(one.port());
    there = new RawService(two.port());
  }

  @AfterAll
  static void stop() throws Exception {
    here.close();
    there.close();
    one.close();
    two.close();
    stack.close();
  }

  private static ProviderConfig config() throws Exception {
    Properties overrides = new Properties();
    overrides.setProperty("service.port", "0");
    return stack.config(overrides);
  }

  private static TestOwner register(String name) throws Exception {
    try (ServiceClient client =
        new ServiceClient(
            new OwnerConfig(
                URI.create("http://127.0.0.1:" + one.port()),
                TestOwner.SERVER_NAME,
                Optional.empty()))) {
      return TestOwner.register(client, name);
    }
  }

  // --- guesses --------------------------------------------------------------------------------

  @Test
  void fiftyAtOnceAreAnsweredNoMoreThanAllowed() throws Exception {
    register("alice");
    for (String name : List.of("alice", "nobody-called-so")) {
      Map<String, Integer> answers = guessAtOnce(name, List.of(here, there));
      assertEquals(
          Map.of("answered", ALLOWED, ErrorCodes.LOCKED_OUT, AT_ONCE - ALLOWED), answers, name);
    }
    // Nor does an instance that starts know less.
    try (RecoveryService third = RecoveryService.start(config());
        RawService restarted = new RawService(third.port())) {
      for (String name : List.of("alice", "nobody-called-so")) {
        assertEquals(
            Map.of(ErrorCodes.LOCKED_OUT, AT_ONCE), guessAtOnce(name, List.of(restarted)), name);
      }
    }
  }

  @Test
  void whoStartsAndFinishesWronglySpendsGuessesAllTheSame() throws Exception {
    register("bob");
    for (int i = 0; i < ALLOWED; i++) {
      Reply started = start(here, "bob", ke1("bob"));
      assertEquals(200, started.status());
      Reply finished = finish(there, started.text("sessionId"), Bytes.wrap(new byte[32]));
      assertEquals(ErrorCodes.WRONG_SECRET, finished.code());
    }
    assertEquals(ErrorCodes.LOCKED_OUT, start(here, "bob", ke1("bob")).code());
    assertEquals(ErrorCodes.LOCKED_OUT, start(there, "bob", ke1("bob")).code());
  }

  // --- attempts -------------------------------------------------------------------------------

  @Test
  void anAttemptIsFinishedOnce() throws Exception {
    register("carol");
    Proof right = prove("carol");
    assertEquals(200, finish(here, right.sessionId(), right.ke3()).status());
    assertEquals(ErrorCodes.TOKEN_INVALID, finish(here, right.sessionId(), right.ke3()).code());
    assertEquals(ErrorCodes.TOKEN_INVALID, finish(there, right.sessionId(), right.ke3()).code());

    // A wrong proof ends it as well: there is one try for each answer.
    Proof spoiled = prove("carol");
    assertEquals(
        ErrorCodes.WRONG_SECRET,
        finish(there, spoiled.sessionId(), Bytes.wrap(new byte[32])).code());
    assertEquals(ErrorCodes.TOKEN_INVALID, finish(here, spoiled.sessionId(), spoiled.ke3()).code());

    // The proof of one attempt is none for another.
    Proof first = prove("carol");
    Proof second = prove("carol");
    assertEquals(ErrorCodes.WRONG_SECRET, finish(here, first.sessionId(), second.ke3()).code());

    Proof raced = prove("carol");
    Map<String, Integer> endings =
        atOnce(AT_ONCE, i -> finish(i % 2 == 0 ? here : there, raced.sessionId(), raced.ke3()));
    assertEquals(
        Map.of("answered", 1, ErrorCodes.TOKEN_INVALID, AT_ONCE - 1), new TreeMap<>(endings));
  }

  // --- tokens and possession ------------------------------------------------------------------

  @Test
  void aTokenOpensItsOwnRungOfItsOwnAccountAlone() throws Exception {
    TestOwner dave = register("dave");
    register("erin");
    LoggedIn session = login("dave");
    String possession = possess(session, dave).text("token");
    assertEquals(200, here.get(ApiPaths.RECOVERY_SNAPSHOTS, possession).status());
    assertEquals(200, there.get(ApiPaths.BUNDLE, session.token()).status());

    for (String path :
        List.of(ApiPaths.RECOVERY_SNAPSHOTS, ApiPaths.RECOVERY_LOG, ApiPaths.RECOVERY_RECORDS)) {
      assertEquals(ErrorCodes.TOKEN_INVALID, there.get(path, session.token()).code(), "first rung");
    }
    assertEquals(ErrorCodes.TOKEN_INVALID, here.get(ApiPaths.BUNDLE, possession).code());
    for (String token : List.of(possession, session.token())) {
      for (int at : new int[] {0, token.length() / 2, token.length() - 2}) {
        char other = token.charAt(at) == 'A' ? 'B' : 'A';
        String altered = token.substring(0, at) + other + token.substring(at + 1);
        assertEquals(
            ErrorCodes.TOKEN_INVALID, here.get(ApiPaths.RECOVERY_SNAPSHOTS, altered).code());
        assertEquals(ErrorCodes.TOKEN_INVALID, here.get(ApiPaths.BUNDLE, altered).code());
      }
    }
    // Somebody else's files and log are not even named in a request: the token says whose.
    LoggedIn stranger = login("erin");
    Reply foreign = there.get(ApiPaths.BUNDLE, stranger.token());
    assertEquals(200, foreign.status());
    assertNotEquals(session.userId(), stranger.userId());
  }

  @Test
  void possessionIsProvenByTheKeyOfThisSessionWithAFreshNonce() throws Exception {
    TestOwner frank = register("frank");
    TestOwner grace = register("grace");
    LoggedIn session = login("frank");
    LoggedIn earlier = login("frank");
    LoggedIn stranger = login("grace");
    AuthorKey own = frank.signer().author();

    assertRefused(
        "somebody else's key", post(session, statement(session, grace.signer().author())));
    try (BackupKey fresh = BackupKey.generate(RANDOM)) {
      assertRefused(
          "a new key",
          post(session, statement(session, fresh.deriveKeys(frank.signer().userId(), 1).author())));
    }
    assertRefused("another session's statement", post(session, statement(earlier, own)));
    assertRefused("another user's statement", post(session, statement(stranger, own)));
    Statement good = statement(session, own);
    assertRefused(
        "a later expiry",
        post(session, good.with(ApiPaths.HEADER_EXPIRY, "" + (good.expiry() + 60_000))));
    assertRefused(
        "another key version", post(session, good.with(ApiPaths.HEADER_KEY_VERSION, "2")));
    assertRefused(
        "a nonce of one's own",
        post(session, good.with(ApiPaths.HEADER_NONCE, Bytes.wrap(new byte[32]).base64Url())));
    assertRefused(
        "for another purpose",
        here.post(
            ApiPaths.TAKEOVER,
            "{\"takeoverId\":\"" + "ab".repeat(16) + "\",\"keyVersion\":1}",
            headers(session.token(), statement(session, own))));

    // None of that has used the nonce up.
    Reply proven = post(session, good);
    assertEquals(200, proven.status(), proven.toString());
    assertRefused("the same again", post(session, good));
    assertRefused(
        "the same elsewhere",
        there.post(ApiPaths.POSSESSION, "{}", headers(session.token(), good)));
    Statement raced = statement(session, own);
    Map<String, Integer> endings =
        atOnce(
            AT_ONCE,
            i ->
                (i % 2 == 0 ? here : there)
                    .post(ApiPaths.POSSESSION, "{}", headers(session.token(), raced)));
    assertEquals(
        Map.of("answered", 1, ErrorCodes.SIGNATURE_INVALID, AT_ONCE - 1), new TreeMap<>(endings));

    // What takes the log over is signed for that, and by that key, too.
    String possession = proven.text("token");
    assertRefused(
        "a takeover by another key",
        here.post(
            ApiPaths.TAKEOVER,
            "{\"takeoverId\":\"" + "cd".repeat(16) + "\",\"keyVersion\":1}",
            headers(possession, statement(session, grace.signer().author()))));
  }

  private static void assertRefused(String what, Reply reply) {
    assertTrue(
        List.of(ErrorCodes.SIGNATURE_INVALID, ErrorCodes.TOKEN_INVALID).contains(reply.code()),
        what + ": " + reply);
  }

  // --- an attacker's tools --------------------------------------------------------------------

  /** A login that lacks its last message. */
  private record Proof(String sessionId, Bytes ke3, Bytes binding) {}

  private record LoggedIn(String token, UserId userId, Bytes sessionId, Bytes binding) {}

  private record Statement(Map<String, String> headers, long expiry) {
    Statement with(String header, String value) {
      Map<String, String> changed = new HashMap<>(headers);
      changed.put(header, value);
      return new Statement(changed, expiry);
    }
  }

  @FunctionalInterface
  private interface Attempt {
    Reply of(int number) throws Exception;
  }

  private static Map<String, Integer> guessAtOnce(String name, List<RawService> services)
      throws Exception {
    Bytes ke1 = ke1(name);
    return atOnce(AT_ONCE, i -> start(services.get(i % services.size()), name, ke1));
  }

  /** What came of them: the code, or "answered". */
  private static Map<String, Integer> atOnce(int count, Attempt attempt) throws Exception {
    CountDownLatch ready = new CountDownLatch(count);
    Map<String, Integer> endings = new TreeMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Reply>> replies = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        replies.add(
            threads.submit(() -> {
              ready.countDown();
              ready.await();
              return attempt.of(number);
            }));
      }
      for (Future<Reply> reply : replies) {
        Reply got = reply.get();
        endings.merge(got.status() == 200 ? "answered" : got.code(), 1, Integer::sum);
      }
    }
    return endings;
  }

  private static Bytes ke1(String name) throws Exception {
    try (PasswordInput input = input(name, "not the password at all");
        LoginAttempt attempt = opaque().generateKE1(input)) {
      return attempt.ke1().toBytes();
    }
  }

  private static Reply start(RawService service, String name, Bytes ke1) throws Exception {
    return service.post(
        ApiPaths.LOGIN_START,
        "{\"username\":\"" + name + "\",\"ke1\":\"" + ke1.base64Url() + "\"}",
        Map.of());
  }

  private static Reply finish(RawService service, String sessionId, Bytes ke3) throws Exception {
    return service.post(
        ApiPaths.LOGIN_FINISH,
        "{\"sessionId\":\"" + sessionId + "\",\"ke3\":\"" + ke3.base64Url() + "\"}",
        Map.of());
  }

  private static Proof prove(String name) throws Exception {
    try (PasswordInput input = input(name, TestOwner.PASSWORD);
        LoginAttempt attempt = opaque().generateKE1(input)) {
      Reply started = start(here, name, attempt.ke1().toBytes());
      assertEquals(200, started.status(), started.toString());
      try (LoginResult result =
          attempt.generateKE3(KE2.parse(Bytes.fromBase64Url(started.text("ke2"))))) {
        return new Proof(
            started.text("sessionId"),
            result.ke3().toBytes(),
            PossessionStatement.sessionBinding(result.sessionKey()));
      }
    }
  }

  private static LoggedIn login(String name) throws Exception {
    Proof proof = prove(name);
    Reply finished = finish(there, proof.sessionId(), proof.ke3());
    assertEquals(200, finished.status(), finished.toString());
    return new LoggedIn(
        finished.text("token"),
        UserId.parse(finished.text("userId")),
        Bytes.fromBase64Url(proof.sessionId()),
        proof.binding());
  }

  private static Statement statement(LoggedIn session, AuthorKey author) throws Exception {
    Reply nonce = there.post(ApiPaths.NONCE, "{}", Map.of());
    long expiry = nonce.body().path("expiry").asLong();
    Bytes value = Bytes.fromBase64Url(nonce.text("nonce"));
    Bytes signature =
        new PossessionStatement(
                TestOwner.SERVER_NAME,
                session.userId(),
                1,
                session.sessionId(),
                session.binding(),
                value,
                expiry,
                ApiPaths.PURPOSE_RECOVER,
                Sha256.hash(Bytes.utf8("{}")))
            .signWith(author);
    return new Statement(
        Map.of(
            ApiPaths.HEADER_KEY_VERSION,
            "1",
            ApiPaths.HEADER_NONCE,
            value.base64Url(),
            ApiPaths.HEADER_EXPIRY,
            "" + expiry,
            ApiPaths.HEADER_SIGNATURE,
            signature.base64Url()),
        expiry);
  }

  private static Map<String, String> headers(String token, Statement statement) {
    Map<String, String> headers = new HashMap<>(statement.headers());
    headers.put("Authorization", "Bearer " + token);
    return headers;
  }

  private static Reply post(LoggedIn session, Statement statement) throws Exception {
    return here.post(ApiPaths.POSSESSION, "{}", headers(session.token(), statement));
  }

  private static Reply possess(LoggedIn session, TestOwner owner) throws Exception {
    Reply proven = post(session, statement(session, owner.signer().author()));
    assertEquals(200, proven.status(), proven.toString());
    return proven;
  }

  private static PasswordInput input(String name, String password) throws Exception {
    return PasswordInput.of(TestOwner.SERVER_NAME, name, password.toCharArray());
  }

  private static OpaqueClient opaque() throws Exception {
    return new OpaqueClient(KsfParameters.DEFAULT, KsfPolicy.STANDARD, RANDOM);
  }
}
