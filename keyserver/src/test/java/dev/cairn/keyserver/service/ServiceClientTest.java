package dev.cairn.keyserver.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.statements.OwnerRequest;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.keyserver.error.AbsentException;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.LockedOutException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.ErrorBody;
import dev.cairn.schemas.http.HttpJson;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceClientTest {
  private record Answer(int status, Map<String, String> headers, Bytes body) {
    static Answer json(int status, String body) {
      return new Answer(status, Map.of(), Bytes.utf8(body));
    }
  }

  private record Request(String method, String path, Headers headers, Bytes body) {}

  private static final String NAME = "backup.example";
  private static final SnapshotRef REF =
      new SnapshotRef(1, new SnapshotDirectory(1, 5, "0123456789abcdef"));
  private static final AccessToken TOKEN = new AccessToken("token-of-the-test");

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, List<Answer>> answers = new HashMap<>();
  private final List<CompletableFuture<Void>> blocked = new ArrayList<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final UserId userId = UserId.random(new SecureRandom());
  private final BackupKey key = BackupKey.generate(new SecureRandom());
  private final KeyRing ring = key.deriveKeys(userId, 1);
  private HttpServer server;
  private ServiceClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
    client = client(server.getAddress().getPort());
    server(NAME);
    answers.put(
        ApiPaths.NONCE,
        List.of(Answer.json(200, "{\"nonce\":\"" + "A".repeat(43) + "\",\"expiry\":1234}")));
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
    threads.shutdownNow();
    ring.close();
    key.close();
  }

  // --- who answers ---------------------------------------------------------------------------

  @Test
  void aProcessWhoseCommonPoolIsBlockedIsStillAnswered() {
    CountDownLatch release = new CountDownLatch(1);
    try {
      for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism() + 8; i++) {
        blocked.add(
            CompletableFuture.runAsync(() -> {
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
      }
      assertEquals(NAME, client.recovery().server().serverName());
    } finally {
      release.countDown();
    }
  }

  @Test
  void aServiceOfAnotherNameGetsNothing() {
    server("backup.evil");
    IntegrityException e =
        assertThrows(
            IntegrityException.class,
            () -> client.recovery().startLogin("ada", Bytes.utf8("first message")));
    assertTrue(e.getMessage().contains("backup.evil"), e.getMessage());
    assertEquals(List.of(ApiPaths.SERVER), paths());
  }

  @Test
  void nobodyThereIsUnavailable() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (ServiceClient lonely = client(port)) {
      assertThrows(UnavailableException.class, lonely.recovery()::server);
    }
  }

  @Test
  void aServerThatIsNoCairnIsSaid() {
    answers.put(ApiPaths.SERVER, List.of(Answer.json(200, "<html>welcome</html>")));
    assertThrows(IntegrityException.class, client.recovery()::server);
    answers.put(ApiPaths.SERVER, List.of(Answer.json(200, "{\"serverName\":\"" + NAME + "\"}")));
    assertThrows(IntegrityException.class, client.recovery()::server);
    answers.put(ApiPaths.SERVER, List.of(Answer.json(404, "<html>nothing here</html>")));
    assertThrows(AbsentException.class, client.recovery()::server);
  }

  // --- what is sent again --------------------------------------------------------------------

  @Test
  void whatMayBeIsSentAgainNotBeforeItIsAllowed() throws TokenInvalidException {
    answers.put(
        ApiPaths.RECOVERY_LOG,
        List.of(
            new Answer(503, Map.of("Retry-After", "1"), Bytes.EMPTY),
            Answer.json(502, "bad gateway"),
            Answer.json(200, "{\"topic\":\"t\",\"startOffset\":3,\"endOffset\":9}")));
    long begun = System.nanoTime();
    assertEquals(9, client.recovery().log(TOKEN).endOffset());
    assertTrue(System.nanoTime() - begun >= Duration.ofSeconds(1).toNanos());
    assertEquals(3, paths().stream().filter(ApiPaths.RECOVERY_LOG::equals).count());
  }

  @Test
  void aGuessIsNeverSentTwice() {
    answers.put(
        ApiPaths.LOGIN_START,
        List.of(Answer.json(503, error("unavailable")), Answer.json(200, "{}")));
    assertThrows(
        UnavailableException.class,
        () -> client.recovery().startLogin("ada", Bytes.utf8("first message")));
    assertEquals(1, paths().stream().filter(ApiPaths.LOGIN_START::equals).count());
  }

  @Test
  void aSignedRequestTakesANewNonceEachTime() {
    answers.put(
        ApiPaths.OWNER_COMPACT,
        List.of(Answer.json(503, error("unavailable")), Answer.json(200, "{\"jobId\":\"j\"}")));
    assertEquals("j", client.owner().compact(owner()));
    assertEquals(2, paths().stream().filter(ApiPaths.NONCE::equals).count());
  }

  // --- what is signed ------------------------------------------------------------------------

  @Test
  void anOwnersRequestIsSignedOverMethodPathAndBody() {
    answers.put(ApiPaths.OWNER_COMPACT, List.of(Answer.json(200, "{\"jobId\":\"j\"}")));
    client.owner().compact(owner());
    Request sent = last(ApiPaths.OWNER_COMPACT);
    assertEquals(userId.value(), sent.headers().getFirst(ApiPaths.HEADER_USER));
    OwnerRequest signed =
        new OwnerRequest(
            NAME,
            userId,
            1,
            Bytes.wrap(new byte[32]),
            1234,
            "POST",
            ApiPaths.OWNER_COMPACT,
            Sha256.hash(sent.body()));
    Bytes signature = Bytes.fromBase64Url(sent.headers().getFirst(ApiPaths.HEADER_SIGNATURE));
    assertTrue(signed.isSignedBy(ring.author().publicKey(), signature));
  }

  @Test
  void possessionIsProvenWithinTheLogin() throws TokenInvalidException {
    Bytes session = Bytes.wrap(new byte[16]);
    Bytes binding = Sha256.hash(Bytes.utf8("binding"));
    answers.put(
        ApiPaths.POSSESSION, List.of(Answer.json(200, "{\"token\":\"next\",\"expiresAt\":5}")));
    AccessToken next =
        client
            .recovery()
            .provePossession(
                TOKEN, new PossessionSigner(userId, 1, ring.author(), session, binding));
    assertEquals("Bearer next", next.headerValue());
    assertFalse(next.toString().contains("next"));
    Request sent = last(ApiPaths.POSSESSION);
    assertEquals("Bearer token-of-the-test", sent.headers().getFirst("Authorization"));
    PossessionStatement signed =
        new PossessionStatement(
            NAME,
            userId,
            1,
            session,
            binding,
            Bytes.wrap(new byte[32]),
            1234,
            ApiPaths.PURPOSE_RECOVER,
            Sha256.hash(sent.body()));
    assertTrue(
        signed.isSignedBy(
            ring.author().publicKey(),
            Bytes.fromBase64Url(sent.headers().getFirst(ApiPaths.HEADER_SIGNATURE))));
  }

  // --- refusals ------------------------------------------------------------------------------

  @Test
  void everyRefusalBecomesItsDecision() {
    Map<String, Class<? extends CairnException>> expected =
        Map.of(
            "wrong_secret", WrongSecretException.class,
            "locked_out", LockedOutException.class,
            "fenced", FencedException.class,
            "absent", AbsentException.class,
            "malformed", MalformedInputException.class,
            "too_large", MalformedInputException.class,
            "too_many", UnavailableException.class,
            "unavailable", UnavailableException.class,
            "forbidden", UnavailableException.class,
            "internal", UnavailableException.class);
    expected.forEach((code, type) -> {
      int status = code.equals("internal") ? 500 : 409;
      answers.put(ApiPaths.LOGIN_FINISH, List.of(Answer.json(status, error(code))));
      assertThrows(
          type, () -> client.recovery().finishLogin(Bytes.wrap(new byte[16]), Bytes.EMPTY), code);
    });
    answers.put(ApiPaths.LOGIN_FINISH, List.of(Answer.json(403, error("something_new"))));
    assertThrows(
        ServiceRefusedException.class,
        () -> client.recovery().finishLogin(Bytes.wrap(new byte[16]), Bytes.EMPTY));
  }

  @Test
  void aRefusalCannotPaintTheTerminal() {
    answers.put(
        ApiPaths.LOGIN_FINISH,
        List.of(
            Answer.json(
                400,
                "{\"code\":\"malformed\",\"message\":\"\\u001b[2Jgone\\nsecond"
                    + " line\",\"details\":{}}")));
    MalformedInputException e =
        assertThrows(
            MalformedInputException.class,
            () -> client.recovery().finishLogin(Bytes.wrap(new byte[16]), Bytes.EMPTY));
    assertFalse(e.getMessage().contains("\u001b"));
    assertFalse(e.getMessage().contains("\n"));
  }

  @Test
  void tokensNamesAndLogsHaveRefusalsOfTheirOwn() {
    answers.put(ApiPaths.BUNDLE, List.of(Answer.json(401, error("token_invalid"))));
    assertThrows(TokenInvalidException.class, () -> client.recovery().bundle(TOKEN));
    answers.put(ApiPaths.REGISTRATION_START, List.of(Answer.json(409, error("username_taken"))));
    assertThrows(
        UsernameTakenException.class,
        () -> client.registration().startRegistration("ada", Bytes.utf8("x")));
    answers.put(
        ApiPaths.RECOVERY_RECORDS,
        List.of(
            Answer.json(
                410,
                "{\"code\":\"log_truncated\",\"message\":\"m\",\"details\":{\"startOffset\":\"77\"}}")));
    LogTruncatedException e =
        assertThrows(LogTruncatedException.class, () -> client.recovery().records(TOKEN, 3));
    assertEquals(77, e.startOffset());
  }

  // --- data ----------------------------------------------------------------------------------

  @Test
  void anEndlessAnswerFillsNoMemory() {
    answers.put(
        ApiPaths.OWNER_LOG, List.of(new Answer(200, Map.of(), Bytes.wrap(new byte[2 << 20]))));
    assertThrows(IntegrityException.class, () -> client.owner().ownLog(owner()));
  }

  @Test
  void rangesAreAskedForAndChecked() throws TokenInvalidException {
    String file = "segment-00000-0123456789abcdef.avro";
    String path =
        ApiPaths.snapshotFile(ApiPaths.RECOVERY_SNAPSHOTS, 1, REF.directory().name(), file);
    answers.put(path, List.of(new Answer(206, Map.of(), Bytes.utf8("45"))));
    assertEquals(Optional.of(Bytes.utf8("45")), client.recovery().range(TOKEN, REF, file, 4, 6));
    assertEquals("bytes=4-5", last(path).headers().getFirst("Range"));
    answers.put(path, List.of(new Answer(200, Map.of(), Bytes.utf8("0123456789"))));
    assertThrows(IntegrityException.class, () -> client.recovery().range(TOKEN, REF, file, 4, 6));
    answers.put(path, List.of(Answer.json(404, error("absent"))));
    assertEquals(Optional.empty(), client.recovery().range(TOKEN, REF, file, 4, 6));
    assertThrows(
        IllegalArgumentException.class,
        () -> client.recovery().range(TOKEN, REF, "../../etc/passwd", 0, 1));
  }

  @Test
  void pagesOfTheLogAreRead() throws Exception {
    Bytes frames = Layout.unlabelled().u64(5).lp(Bytes.utf8("five")).toBytes();
    answers.put(
        ApiPaths.RECOVERY_RECORDS,
        List.of(
            new Answer(
                200,
                Map.of(ApiPaths.HEADER_NEXT_OFFSET, "6", ApiPaths.HEADER_END_OFFSET, "9"),
                frames)));
    LogPage page = client.recovery().records(TOKEN, 5);
    assertEquals(List.of(new LogRecordBytes(5, Bytes.utf8("five"))), page.records());
    assertEquals(6, page.nextOffset());
    assertEquals(9, page.endOffset());
    answers.put(
        ApiPaths.RECOVERY_RECORDS,
        List.of(
            new Answer(
                200,
                Map.of(ApiPaths.HEADER_NEXT_OFFSET, "5", ApiPaths.HEADER_END_OFFSET, "9"),
                frames)));
    assertThrows(IntegrityException.class, () -> client.recovery().records(TOKEN, 5));
    answers.put(ApiPaths.RECOVERY_RECORDS, List.of(new Answer(200, Map.of(), frames)));
    assertThrows(IntegrityException.class, () -> client.recovery().records(TOKEN, 5));
  }

  @Test
  void aTakeoverIsPendingOrIssued() throws TokenInvalidException {
    String id = "0123456789abcdef0123456789abcdef";
    PossessionSigner signer =
        new PossessionSigner(
            userId, 1, ring.author(), Bytes.wrap(new byte[16]), Bytes.wrap(new byte[32]));
    answers.put(
        ApiPaths.TAKEOVER,
        List.of(
            Answer.json(
                200,
                "{\"takeoverId\":\""
                    + id
                    + "\",\"state\":\"PENDING\",\"epoch\":2,\"finalEndOffset\":null,\"connection\":null}")));
    assertTrue(client.recovery().takeOver(TOKEN, signer, id) instanceof TakeoverGrant.Pending);
    answers.put(
        ApiPaths.TAKEOVER,
        List.of(
            Answer.json(
                200,
                "{\"takeoverId\":\""
                    + id
                    + "\",\"state\":\"ISSUED\",\"epoch\":2,\"finalEndOffset\":9,\"connection\":"
                    + connection(userId.value(), 2)
                    + "}")));
    TakeoverGrant.Issued issued =
        (TakeoverGrant.Issued) client.recovery().takeOver(TOKEN, signer, id);
    assertEquals(2, issued.epoch());
    assertEquals(9, issued.finalEndOffset());
    assertFalse(issued.toString().contains("hush"));
    answers.put(
        ApiPaths.OWNER_CONNECT,
        List.of(Answer.json(200, connection("aaaaaaaaaaaaaaaaaaaaaaaaaa", 2))));
    assertThrows(IntegrityException.class, () -> client.owner().connect(owner(), 2));
    for (String[] lie :
        new String[][] {
          {userId.value() + "\",\"boot", "aaaaaaaaaaaaaaaaaaaaaaaaaa\",\"boot"},
          {"cairn.log.c0.", "cairn.log.c1."},
          {"cairn.log.c0.", "cairn.accounts."},
          {"SASL_PLAINTEXT", "NONE\\nssl.truststore.location=/etc/passwd"},
          {"SCRAM-SHA-512", "PLAIN"}
        }) {
      String told = connection(userId.value(), 2).replace(lie[0], lie[1]);
      assertFalse(told.equals(connection(userId.value(), 2)), lie[0]);
      answers.put(ApiPaths.OWNER_CONNECT, List.of(Answer.json(200, told)));
      assertThrows(IntegrityException.class, () -> client.owner().connect(owner(), 2), lie[1]);
    }
  }

  @Test
  void aTokenThatFitsIntoNoHeaderIsRefusedAndNotShown() {
    for (String token : List.of("", "a b", "hush\\r\\nX: y", "hush\\u00e9", "x".repeat(5_000))) {
      answers.put(
          ApiPaths.LOGIN_FINISH,
          List.of(
              Answer.json(
                  200,
                  "{\"token\":\""
                      + token
                      + "\",\"userId\":\""
                      + userId.value()
                      + "\",\"accountVersion\":1,\"factors\":[],\"expiresAt\":5}")));
      IntegrityException e =
          assertThrows(
              IntegrityException.class,
              () ->
                  client
                      .recovery()
                      .finishLogin(Bytes.wrap(new byte[16]), Bytes.wrap(new byte[32])));
      assertFalse(e.getMessage().contains("hush"), e.getMessage());
    }
  }

  // --- helpers -------------------------------------------------------------------------------

  private static String connection(String user, long epoch) {
    return "{\"userId\":\""
        + user
        + "\",\"cell\":\"c0\",\"topic\":\"cairn.log.c0."
        + user
        + "\",\"bootstrapServers\":\"b:1\",\"securityProtocol\":\"SASL_PLAINTEXT\","
        + "\"saslMechanism\":\"SCRAM-SHA-512\",\"principal\":\"p\",\"password\":\"hush\",\"epoch\":"
        + epoch
        + ",\"schemaIds\":{}}";
  }

  private OwnerSigner owner() {
    return new OwnerSigner(userId, 1, ring.author());
  }

  private static ServiceClient client(int port) {
    return new ServiceClient(
        new OwnerConfig(URI.create("http://127.0.0.1:" + port), NAME, Optional.empty()));
  }

  private void server(String name) {
    answers.put(
        ApiPaths.SERVER,
        List.of(
            Answer.json(
                200,
                "{\"serverName\":\""
                    + name
                    + "\",\"apiVersion\":1,\"suite\":\"s\",\"ksf\":{\"memoryKiB\":65536,\"iterations\":3,\"parallelism\":4},"
                    + "\"maxGuesses\":10,\"laterField\":true}")));
  }

  private static String error(String code) {
    try {
      return HttpJson.strict().writeValueAsString(new ErrorBody(code, "a message", Map.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> paths() {
    return requests.stream().map(Request::path).toList();
  }

  private Request last(String path) {
    return requests.stream()
        .filter(request -> request.path().equals(path))
        .reduce((a, b) -> b)
        .orElseThrow();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(
        new Request(
            exchange.getRequestMethod(),
            path,
            exchange.getRequestHeaders(),
            Bytes.wrap(exchange.getRequestBody().readAllBytes())));
    List<Answer> prepared = new ArrayList<>(answers.getOrDefault(path, List.of()));
    Answer answer =
        prepared.isEmpty()
            ? new Answer(500, Map.of(), Bytes.wrap("none".getBytes(StandardCharsets.UTF_8)))
            : prepared.get(0);
    if (prepared.size() > 1) {
      answers.put(path, prepared.subList(1, prepared.size()));
    }
    answer.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
    exchange.sendResponseHeaders(
        answer.status(), answer.body().isEmpty() ? -1 : answer.body().size());
    try (var out = exchange.getResponseBody()) {
      out.write(answer.body().toByteArray());
    } catch (IOException e) {
      // The client hung up, as it should on what is too long.
    }
  }
}
