package dev.cairn.keyserver.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.TransactionJson;
import dev.cairn.keyserver.TransactionLines;
import dev.cairn.keyserver.api.ApiFile;
import dev.cairn.keyserver.api.LocalClient;
import dev.cairn.keyserver.api.LocalPaths;
import dev.cairn.keyserver.api.ProcessGoneException;
import dev.cairn.keyserver.error.HomeInUseException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.home.Home;
import dev.cairn.keyserver.object.Value;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class DaemonTest {
  private static final DaemonOptions OPTIONS = DaemonOptions.defaults();

  @TempDir private Path directory;
  private Path home = Path.of("");
  private Daemon daemon;
  private Caller caller;

  @BeforeEach
  void start() throws IOException {
    home = TestHome.create(directory.resolve("home"), /* readOnly= */ false);
    start(OPTIONS);
  }

  private void start(DaemonOptions options) throws IOException {
    daemon = Daemon.start(home, options);
    caller = new Caller(home);
  }

  private void restart(DaemonOptions options) throws IOException {
    stop();
    start(options);
  }

  @AfterEach
  void stop() {
    caller.close();
    daemon.close();
  }

  private static String put(String collection, String id, String json) {
    return TransactionJson.format(Transaction.builder().putJson(collection, id, json).build());
  }

  // ---- who is answered

  @Test
  void whereItListensIsForItsOwnerOnly() throws Exception {
    Path file = home.resolve("api.properties");
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
    assertEquals("127.0.0.1", caller.url().getHost());
    assertTrue(caller.token().length() >= 43, "256 bits");
    String first = caller.token();
    stop();
    assertFalse(Files.exists(file));
    start(OPTIONS);
    assertFalse(first.equals(caller.token()), "a token is of one run");
  }

  @Test
  void withoutTheTokenThereAreOnlyHealthAndTheDescription() throws Exception {
    for (Route route : routes()) {
      String path = route.path();
      for (String token : List.of("", "x", caller.token() + "x", caller.token().substring(1))) {
        Caller.Answer answer =
            route.method().name().equals("GET")
                ? caller.as(token, path)
                : new Caller.Answer(
                    401, Caller.all(caller.raw(head("POST " + path, "Authorization: Bearer x"))));
        assertEquals(route.open() ? 200 : 401, answer.status(), path);
        if (!route.open()) {
          assertTrue(answer.body().contains("token_invalid"), answer.body());
          assertFalse(answer.body().contains(caller.token()));
        }
      }
    }
  }

  private static List<Route> routes() {
    return new Routes(null_(), null_(), null_(), () -> false).all();
  }

  /** The list of routes asks for nothing; only their actions do. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T null_() {
    return null;
  }

  private static String head(String target, String... headers) {
    return target
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n"
        + String.join("\r\n", headers)
        + "\r\n\r\n";
  }

  @Test
  void anotherHostIsRefusedOnEveryRoute() throws Exception {
    for (String host :
        List.of(
            "evil.example",
            "evil.example:80",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "10.0.0.1",
            "0.0.0.0",
            "[::2]:80",
            "localhost@evil.example")) {
      for (Route route : routes()) {
        String answer =
            Caller.all(
                caller.raw(
                    head(
                            route.method().name() + " " + route.path(),
                            "Authorization: Bearer " + caller.token())
                        .replace("Host: localhost", "Host: " + host)));
        assertTrue(
            answer.startsWith("HTTP/1.1 403 ") || answer.startsWith("HTTP/1.1 400 "), answer);
      }
    }
  }

  @Test
  void loopbackUnderAnyOfItsNamesIsAnswered() throws Exception {
    for (String host : List.of("localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:9", "[::1]:7")) {
      String answer =
          Caller.all(caller.raw(head("GET /healthz").replace("Host: localhost", "Host: " + host)));
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      assertFalse(answer.contains("Access-Control"), answer);
    }
  }

  @Test
  void noPageOfABrowserIsLetIn() throws Exception {
    String answer =
        Caller.all(
            caller.raw(
                head(
                    "OPTIONS /v1/transact",
                    "Origin: http://evil.example",
                    "Access-Control-Request-Method: POST")));
    assertTrue(answer.startsWith("HTTP/1.1 40"), answer);
    assertFalse(answer.contains("Access-Control"), answer);
  }

  // ---- what is taken

  @Test
  void aTransactionIsTakenAndRead() throws Exception {
    String id = "a b+c/é\u0000%&=\uD83D\uDE00";
    Caller.Answer taken =
        caller.post(
            LocalPaths.TRANSACT,
            TransactionJson.format(
                Transaction.builder()
                    .putJson("c", id, "{ \"n\" :1.0}")
                    .put("c", "", new byte[] {0, -1, 10})
                    .build()));
    assertEquals(200, taken.status(), taken.body());
    assertEquals(1, taken.json().path("sequence").asLong());
    assertFalse(taken.json().path("backedUp").asBoolean());
    String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8);
    Caller.Answer read = caller.get("/v1/object?collection=c&id=" + encoded);
    assertEquals("{ \"n\" :1.0}", read.body());
    try (LocalClient client = new LocalClient(ApiFile.read(home).orElseThrow())) {
      assertEquals(Optional.of(Value.json("{ \"n\" :1.0}")), client.get("c", id));
      assertEquals(Optional.of(Value.bytes(new byte[] {0, -1, 10})), client.get("c", ""));
      assertEquals(Optional.empty(), client.get("c", "x"));
      List<String> lines = new ArrayList<>();
      client.list(Optional.of("c"), lines::add);
      client.export(lines::add);
      client.exportUnbacked(lines::add);
      assertEquals(5, lines.size(), lines.toString());
      assertEquals(1, client.status(true).outboxTransactions());
      assertThrows(UnavailableException.class, () -> client.drain(Duration.ofMillis(50), false));
    }
    Caller.Answer absent = caller.get("/v1/object?collection=c&id=e%CC%81");
    assertEquals(404, absent.status());
    assertEquals("absent", absent.code());
    assertEquals("8", absent.json().path("details").path("exitCode").asText());
  }

  @Test
  void whatDoesNotDecodeNamesNothingElse() throws Exception {
    for (String path :
        List.of(
            "/v1/object",
            "/v1/object?collection=c",
            "/v1/object?collection=c&id=i&id=j",
            "/v1/object?collection=c&id=%FF",
            "/v1/object?collection=c&id=%C3",
            "/v1/object?collection=c&id=%ED%A0%80",
            "/v1/object?collection=c&id",
            "/v1/status?local=yes",
            "/v1/status?locl=true",
            "/v1/export?unbacked=true",
            "/healthz?x=1")) {
      Caller.Answer answer = caller.get(path);
      assertEquals(400, answer.status(), answer.body());
      assertEquals("malformed", answer.code());
    }
  }

  @Test
  void brokenPercentEncodingIsRefused() {
    for (String id : List.of("%", "%A", "%zz", "%+1", "%-1", "\u00e9")) {
      assertThrows(Refusal.class, () -> Query.parse("id=" + id));
    }
  }

  @Test
  void aMalformedTransactionChangesNothing() throws Exception {
    for (String body :
        List.of("", "x", "{}", "[]", "{\"ops\":[]}{}", "{\"ops\":[{}]}", "\uFEFF{\"ops\":[]}")) {
      Caller.Answer answer = caller.post(LocalPaths.TRANSACT, body);
      assertEquals(400, answer.status(), answer.body());
      assertEquals("malformed", answer.code());
      assertEquals("2", answer.json().path("details").path("exitCode").asText());
      assertEquals(0, daemon.status().sequence());
    }
  }

  @Test
  void bytesThatAreNotTextAreRefused() throws Exception {
    try (Socket socket =
        caller.raw(
            "POST /v1/transact HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Connection: close\r\n"
                + "Authorization: Bearer "
                + caller.token()
                + "\r\nContent-Length: 1\r\n\r\n")) {
      socket.getOutputStream().write(0xff);
      assertTrue(Caller.all(socket).startsWith("HTTP/1.1 400 "));
    }
  }

  @Test
  void aStreamEndsAtItsFirstBadLine() throws Exception {
    String lines =
        put("c", "1", "1") + "\n" + put("c", "2", "2") + "\r\nbad\n" + put("c", "4", "4");
    Caller.Answer answer = caller.post(LocalPaths.TRANSACTIONS, lines);
    assertEquals(400, answer.status(), answer.body());
    assertEquals("3", answer.json().path("details").path("line").asText());
    assertEquals(2, daemon.status().sequence());
    Caller.Answer whole = caller.post(LocalPaths.TRANSACTIONS, put("c", "5", "5"));
    assertEquals(1, whole.json().path("transactions").asLong());
    assertEquals(0, caller.post(LocalPaths.TRANSACTIONS, "").json().path("transactions").asLong());
    try (LocalClient client = new LocalClient(ApiFile.read(home).orElseThrow())) {
      LocalClient.Fed fed = client.feed((lines + "\n").getBytes(StandardCharsets.UTF_8), 4);
      assertEquals(2, fed.taken());
      assertEquals(3, fed.refusal().orElseThrow().line());
      assertTrue(fed.refusal().get().cause() instanceof MalformedInputException);
    }
  }

  @Test
  void aClientThatGoesOnSendingStillReadsWhyItWasRefused() throws Exception {
    StringBuilder lines = new StringBuilder("bad\n");
    String line = put("c", "1", "\"" + "x".repeat(4000) + "\"") + "\n";
    while (lines.length() < 20 << 20) {
      lines.append(line);
    }
    Caller.Answer answer = caller.post(LocalPaths.TRANSACTIONS, lines.toString());
    assertEquals(400, answer.status());
    assertEquals("1", answer.json().path("details").path("line").asText());
    assertEquals(0, daemon.status().sequence());
  }

  @Test
  void aLargeTransactionIsTakenAndALargerOneRefused() throws Exception {
    String large = put("c", "large", "\"" + "x".repeat(8 << 20) + "\"");
    assertEquals(200, caller.post(LocalPaths.TRANSACT, large).status());
    assertEquals(200, caller.post(LocalPaths.TRANSACTIONS, large + "\n" + large).status());
    restart(OPTIONS.withKeyserver(KeyserverOptions.defaults().withTransactionMaxBytes(1 << 20)));
    Caller.Answer answer = caller.post(LocalPaths.TRANSACT, large);
    assertEquals(400, answer.status());
    assertTrue(answer.body().contains("transaction.max.bytes"), answer.body());
    Caller.Answer line = caller.post(LocalPaths.TRANSACTIONS, put("c", "1", "1") + "\n" + large);
    assertEquals("2", line.json().path("details").path("line").asText());
  }

  @Test
  void aBodyBeyondAllMemoryIsRefusedBeforeItIsRead() throws Exception {
    // 100 TiB are announced; what matters is that the bound is met first.
    long limit = TransactionLines.defaultMaxLine();
    try (Socket socket =
        caller.raw(
            "POST /v1/transact HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Connection: close\r\n"
                + "Authorization: Bearer "
                + caller.token()
                + "\r\nContent-Length: 109951162777600\r\n\r\n{")) {
      String answer = Caller.all(socket);
      assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
      assertTrue(answer.contains(Long.toString(limit)), answer);
    }
  }

  // ---- slow and broken clients

  @Test
  void slowClientsHoldUpNobodyAndAreCut() throws Exception {
    restart(OPTIONS.withIdleTimeout(Duration.ofSeconds(2)));
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      slow.add(caller.raw("POST /v1/transact HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bea"));
      slow.add(
          caller.raw(
              "POST /v1/transact HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + caller.token()
                  + "\r\nContent-Length: 1000\r\n\r\n{\"ops\":["));
      slow.add(
          caller.raw(
              "POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + caller.token()
                  + "\r\nContent-Length: 1000\r\n\r\n{\"ops\":["));
    }
    for (int i = 0; i < 5; i++) {
      assertEquals(200, caller.post(LocalPaths.TRANSACT, put("c", "1", "" + i)).status());
      assertEquals("" + i, caller.get("/v1/object?collection=c&id=1").body());
    }
    for (Socket socket : slow) {
      assertFalse(Caller.all(socket).contains(" 200 "), "none of them was taken");
    }
    assertEquals(5, daemon.status().sequence());
  }

  @Test
  void readersThatDoNotReadLeaveRoomForOthers() throws Exception {
    restart(OPTIONS.withIdleTimeout(Duration.ofSeconds(2)));
    String value = "\"" + "x".repeat(1 << 20) + "\"";
    for (int i = 0; i < 24; i++) {
      assertEquals(200, caller.post(LocalPaths.TRANSACT, put("c", "" + i, value)).status());
    }
    List<Socket> deaf = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress(caller.url().getHost(), caller.url().getPort()));
      socket
          .getOutputStream()
          .write(
              head("GET /v1/export", "Authorization: Bearer " + caller.token())
                  .getBytes(StandardCharsets.US_ASCII));
      deaf.add(socket);
    }
    assertEquals(200, caller.get("/v1/object?collection=c&id=1").status());
    // The first two are cut after the idle timeout; then there is a turn for this one.
    Caller.Answer names = caller.get(LocalPaths.OBJECTS);
    assertTrue(names.status() == 200 || names.status() == 429, names.body());
    for (Socket socket : deaf) {
      socket.close();
    }
  }

  @Test
  void aRequestMayWaitForLongerThanAConnectionMayBeIdle() throws Exception {
    restart(OPTIONS.withIdleTimeout(Duration.ofMillis(500)));
    long before = System.nanoTime();
    Caller.Answer answer =
        caller.post(LocalPaths.TRANSACT + "?wait=backedUp&timeoutMillis=2000", put("c", "1", "1"));
    assertTrue(System.nanoTime() - before >= Duration.ofSeconds(2).toNanos());
    assertEquals(503, answer.status(), answer.body());
    assertEquals("unavailable", answer.code());
    assertEquals("1", answer.json().path("details").path("durableSequence").asText());
    assertEquals(1, daemon.status().sequence());
  }

  // ---- receipts

  @Test
  void subscribersHearHowFarThingsAre() throws Exception {
    try (Socket socket =
            caller.raw(
                "GET /v1/receipts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + caller.token()
                    + "\r\n\r\n");
        BufferedReader events =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      assertEquals("{\"sequence\":0,\"backedUpSequence\":0,\"fenced\":false}", data(events));
      assertEquals(200, caller.post(LocalPaths.TRANSACT, put("c", "1", "1")).status());
      assertEquals("{\"sequence\":1,\"backedUpSequence\":0,\"fenced\":false}", data(events));
      CompletableFuture<Void> stopping = CompletableFuture.runAsync(daemon::close);
      String line = events.readLine();
      while (line != null && !line.equals("event: stopping")) {
        line = events.readLine();
      }
      assertEquals("event: stopping", line);
      stopping.join();
    }
  }

  private static String data(BufferedReader events) throws IOException {
    String line = events.readLine();
    while (line != null && !line.startsWith("data: ")) {
      line = events.readLine();
    }
    assertTrue(line != null, "the stream ended");
    return line.substring("data: ".length());
  }

  @Test
  void subscribersAreBounded() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      Socket socket =
          caller.raw(
              "GET /v1/receipts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + caller.token()
                  + "\r\n\r\n");
      assertEquals('H', socket.getInputStream().read());
      sockets.add(socket);
    }
    assertEquals(429, caller.get(LocalPaths.RECEIPTS).status());
    assertEquals(200, caller.post(LocalPaths.TRANSACT, put("c", "1", "1")).status());
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  // ---- health

  @Test
  void readinessTellsTheTruth() throws Exception {
    assertEquals("ok\n", caller.get(LocalPaths.HEALTH).body());
    Caller.Answer ready = caller.get(LocalPaths.READY);
    assertEquals(200, ready.status(), ready.body());
    assertTrue(ready.json().path("accepting").asBoolean());
    assertEquals(0, daemon.status().sequence(), "looking leaves no trace");
    // Nothing listens at the provider's address; the publisher finds out on its own.
    JsonNode now = caller.get(LocalPaths.READY).json();
    while (now.path("backingUp").asBoolean()) {
      now = caller.get(LocalPaths.READY).json();
    }
    assertEquals("not_backed_up", now.path("problems").path(0).path("code").asText());
  }

  @Test
  void aFullOutboxIsNotReady() throws Exception {
    restart(OPTIONS.withKeyserver(KeyserverOptions.defaults().withOutboxMaxBytes(4096)));
    Caller.Answer refused = caller.post(LocalPaths.TRANSACT, put("c", "1", "0"));
    for (int i = 1; refused.status() == 200; i++) {
      refused = caller.post(LocalPaths.TRANSACT, put("c", "1", "" + i));
    }
    assertEquals(503, refused.status(), refused.body());
    assertEquals("unavailable", refused.code());
    Caller.Answer ready = caller.get(LocalPaths.READY);
    assertEquals(503, ready.status(), ready.body());
    assertTrue(ready.body().contains("The outbox is full"), ready.body());
    assertEquals(200, caller.get("/v1/object?collection=c&id=1").status());
  }

  @Test
  void aDrillIsReadAndNeverWritten() throws Exception {
    stop();
    home = TestHome.create(directory.resolve("drill"), /* readOnly= */ true);
    start(OPTIONS);
    Caller.Answer refused = caller.post(LocalPaths.TRANSACT, put("c", "1", "1"));
    assertEquals(400, refused.status(), refused.body());
    Caller.Answer ready = caller.get(LocalPaths.READY);
    assertEquals(503, ready.status());
    assertTrue(ready.body().contains("read_only"), ready.body());
    assertEquals("", caller.get(LocalPaths.EXPORT).body());
    assertEquals(0, daemon.stop(Duration.ofSeconds(1)).sequence());
  }

  // ---- one process, one home

  @Test
  void aHomeBelongsToOneProcess() throws Exception {
    String file = Files.readString(home.resolve("api.properties"));
    assertThrows(HomeInUseException.class, () -> Daemon.start(home, OPTIONS));
    assertThrows(HomeInUseException.class, () -> Keyserver.open(home));
    assertTrue(Home.isOpenElsewhere(home));
    assertEquals(file, Files.readString(home.resolve("api.properties")), "the first one's stays");
    assertEquals(200, caller.get(LocalPaths.IDENTITY).status());
  }

  @Test
  void whoeverHasTheHomeRemovesWhatAKilledProcessLeft() throws Exception {
    stop();
    Path file = home.resolve("api.properties");
    Files.writeString(file, "url=http://127.0.0.1:1\ntoken=stale\n");
    try (Keyserver direct = Keyserver.open(home, KeyserverOptions.reading())) {
      assertFalse(Files.exists(file));
      assertEquals(0, direct.localStatus().sequence());
    }
    Files.writeString(file, "url=http://127.0.0.1:1\ntoken=stale\n");
    start(OPTIONS);
    assertFalse(Files.readString(file).contains("stale"));
  }

  @Test
  void aPortThatIsTakenIsSaidAndLeavesNothingOpen() throws Exception {
    int taken = caller.url().getPort();
    Path other = TestHome.create(directory.resolve("other"), /* readOnly= */ false);
    UnavailableException e =
        assertThrows(
            UnavailableException.class, () -> Daemon.start(other, OPTIONS.withPort(taken)));
    assertTrue(e.getMessage().contains(Integer.toString(taken)), e.getMessage());
    assertFalse(Home.isOpenElsewhere(other));
    assertFalse(Files.exists(other.resolve("api.properties")));
  }

  // ---- the end

  @Test
  void whatIsDurableStaysQueuedWhenItStops() throws Exception {
    assertEquals(200, caller.post(LocalPaths.TRANSACT, put("c", "1", "1")).status());
    KeyserverStatus end = daemon.stop(Duration.ofMillis(200));
    assertEquals(1, end.outboxTransactions());
    assertFalse(Files.exists(home.resolve("api.properties")));
    try (LocalClient client = new LocalClient(new ApiFile(caller.url(), caller.token()))) {
      ProcessGoneException gone =
          assertThrows(
              ProcessGoneException.class,
              () -> client.feed(put("c", "1", "1").getBytes(StandardCharsets.UTF_8), 1));
      assertFalse(gone.isUndecided(), "nobody was there to take it");
    }
    start(OPTIONS);
    assertEquals(1, daemon.status().outboxTransactions());
    assertEquals("1", caller.get("/v1/object?collection=c&id=1").body());
  }

  @Test
  void whileItStopsReadsAreServedAndWritesAreNot() throws Exception {
    assertEquals(200, caller.post(LocalPaths.TRANSACT, put("c", "1", "1")).status());
    CompletableFuture<KeyserverStatus> stopping =
        CompletableFuture.supplyAsync(() -> daemon.stop(Duration.ofSeconds(4)));
    Caller.Answer ready = caller.get(LocalPaths.READY);
    while (ready.status() == 200) {
      ready = caller.get(LocalPaths.READY);
    }
    assertTrue(ready.body().contains("stopping"), ready.body());
    for (String path : List.of(LocalPaths.TRANSACT, LocalPaths.TRANSACTIONS)) {
      Caller.Answer refused = caller.post(path, put("c", "1", "2"));
      assertEquals(503, refused.status());
      assertEquals("stopping", refused.code());
    }
    assertEquals("1", caller.get("/v1/object?collection=c&id=1").body());
    assertEquals(1, stopping.join().sequence());
  }
}
