package dev.cairn.recovery.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.bundle.KeyWraps;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.crypto.opaque.KE2;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.crypto.opaque.LoginAttempt;
import dev.cairn.crypto.opaque.LoginResult;
import dev.cairn.crypto.opaque.OpaqueClient;
import dev.cairn.crypto.opaque.PasswordInput;
import dev.cairn.crypto.opaque.RegistrationAttempt;
import dev.cairn.crypto.opaque.RegistrationResponse;
import dev.cairn.crypto.opaque.RegistrationResult;
import dev.cairn.crypto.statements.OwnerRequest;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.ErrorBody;
import dev.cairn.schemas.http.HttpJson;
import dev.cairn.schemas.http.KsfInfo;
import dev.cairn.schemas.http.LoggedIn;
import dev.cairn.schemas.http.LoginFinish;
import dev.cairn.schemas.http.LoginStart;
import dev.cairn.schemas.http.LoginStarted;
import dev.cairn.schemas.http.NonceIssued;
import dev.cairn.schemas.http.PossessionProven;
import dev.cairn.schemas.http.RegistrationFinish;
import dev.cairn.schemas.http.RegistrationStart;
import dev.cairn.schemas.http.RegistrationStarted;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A client without mercy: every message can be made wrong. */
final class Caller implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Whoever registered. */
  record Owner(String username, UserId userId, AuthorKey author) {}

  /** A session after a right password. */
  record Entered(String token, Bytes sessionId, Bytes binding) {}

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;

  Caller(URI base) {
    this.base = base;
  }

  HttpResponse<byte[]> send(String method, String path, Map<String, String> headers, byte[] body)
      throws Exception {
    return send(method, path, headers, HttpRequest.BodyPublishers.ofByteArray(body));
  }

  HttpResponse<byte[]> send(
      String method, String path, Map<String, String> headers, HttpRequest.BodyPublisher body)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).method(method, body);
    headers.forEach(request::header);
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> get(String path, String token) throws Exception {
    return send("GET", path, bearer(token), new byte[0]);
  }

  HttpResponse<byte[]> post(String path, Object message) throws Exception {
    return send("POST", path, Map.of(), json(message));
  }

  static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  static byte[] json(Object message) throws Exception {
    return HttpJson.strict().writeValueAsBytes(message);
  }

  static <T> T read(HttpResponse<byte[]> answer, Class<T> type) throws Exception {
    assertEquals(200, answer.statusCode(), () -> text(answer));
    return HttpJson.strict().readValue(answer.body(), type);
  }

  static String text(HttpResponse<byte[]> answer) {
    return Bytes.wrap(answer.body()).size() > 4000
        ? "(long)"
        : new String(answer.body(), StandardCharsets.UTF_8);
  }

  /** Status and code of a refusal. */
  static String refusal(HttpResponse<byte[]> answer) throws Exception {
    ErrorBody body = HttpJson.strict().readValue(answer.body(), ErrorBody.class);
    assertEquals(Optional.of("application/json"), answer.headers().firstValue("Content-Type"));
    return answer.statusCode() + " " + body.code();
  }

  NonceIssued nonce() throws Exception {
    return read(
        send("POST", ApiPaths.NONCE, Map.of(), "{}".getBytes(StandardCharsets.UTF_8)),
        NonceIssued.class);
  }

  Map<String, String> ownerHeaders(
      UserId userId, AuthorKey author, String method, String path, byte[] body) throws Exception {
    return ownerHeaders(userId, author, method, path, body, nonce());
  }

  static Map<String, String> ownerHeaders(
      UserId userId, AuthorKey author, String method, String path, byte[] body, NonceIssued nonce) {
    OwnerRequest request =
        new OwnerRequest(
            Instance.SERVER_NAME,
            userId,
            1,
            Bytes.fromBase64Url(nonce.nonce()),
            nonce.expiry(),
            method,
            path,
            Sha256.hash(Bytes.copyOf(body)));
    return headers(userId, nonce, request.signWith(author));
  }

  private static Map<String, String> headers(UserId userId, NonceIssued nonce, Bytes signature) {
    return Map.of(
        ApiPaths.HEADER_USER, userId.value(),
        ApiPaths.HEADER_KEY_VERSION, "1",
        ApiPaths.HEADER_NONCE, nonce.nonce(),
        ApiPaths.HEADER_EXPIRY, Long.toString(nonce.expiry()),
        ApiPaths.HEADER_SIGNATURE, signature.base64Url());
  }

  HttpResponse<byte[]> asOwner(Owner owner, String method, String path, byte[] body)
      throws Exception {
    return send(
        method, path, ownerHeaders(owner.userId(), owner.author(), method, path, body), body);
  }

  Map<String, String> possessionHeaders(
      Entered entered, String token, UserId userId, AuthorKey author, String purpose, byte[] body)
      throws Exception {
    NonceIssued nonce = nonce();
    PossessionStatement statement =
        new PossessionStatement(
            Instance.SERVER_NAME,
            userId,
            1,
            entered.sessionId(),
            entered.binding(),
            Bytes.fromBase64Url(nonce.nonce()),
            nonce.expiry(),
            purpose,
            Sha256.hash(Bytes.copyOf(body)));
    Map<String, String> headers = new TreeMap<>(headers(userId, nonce, statement.signWith(author)));
    headers.put("Authorization", "Bearer " + token);
    return headers;
  }

  String possession(Entered entered, Owner owner) throws Exception {
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
    return read(
            send(
                "POST",
                ApiPaths.POSSESSION,
                possessionHeaders(
                    entered,
                    entered.token(),
                    owner.userId(),
                    owner.author(),
                    ApiPaths.PURPOSE_RECOVER,
                    body),
                body),
            PossessionProven.class)
        .token();
  }

  Owner register(String username, String password) throws Exception {
    return register(username, password, Map.of(), this);
  }

  /**
   * Starts here and finishes there.
   *
   * @param start headers of the first request
   */
  Owner register(String username, String password, Map<String, String> start, Caller there)
      throws Exception {
    try (PasswordInput input =
            PasswordInput.of(Instance.SERVER_NAME, username, password.toCharArray());
        RegistrationAttempt attempt = opaque().createRegistrationRequest(input)) {
      RegistrationStarted started =
          read(
              send(
                  "POST",
                  ApiPaths.REGISTRATION_START,
                  start,
                  json(new RegistrationStart(username, attempt.request().toBytes().base64Url()))),
              RegistrationStarted.class);
      UserId userId = UserId.parse(started.userId());
      BackupKey key = BackupKey.generate(RANDOM);
      KeyRing ring = key.deriveKeys(userId, 1);
      try (RegistrationResult result =
              attempt.finalizeRegistrationRequest(
                  RegistrationResponse.parse(Bytes.fromBase64Url(started.response())));
          Kek kek = Kek.fromOpaqueExportKey(result.exportKey(), userId);
          BundleContent content =
              new BundleContent(
                  username, userId, List.of(new VersionedKey(1, key)), Optional.empty())) {
        Bytes bundle =
            BundleCodec.withBuiltInSchemas()
                .encode(
                    new StoredBundle(
                        userId, 1, List.of(KeyWraps.wrap(kek, 1, Bytes.utf8("test"), content))));
        RegistrationFinish finish =
            new RegistrationFinish(
                started.registrationId(),
                result.record().toBytes().base64Url(),
                bundle.base64Url(),
                ring.author().publicKey().raw().base64Url(),
                ksf(),
                Optional.empty());
        Owner owner = new Owner(username, userId, ring.author());
        HttpResponse<byte[]> finished =
            there.asOwner(owner, "POST", ApiPaths.REGISTRATION_FINISH, json(finish));
        assertEquals(200, finished.statusCode(), () -> text(finished));
        return owner;
      }
    }
  }

  static KsfInfo ksf() {
    KsfParameters ksf = KsfParameters.DEFAULT;
    return new KsfInfo(ksf.memoryKiB(), ksf.iterations(), ksf.parallelism());
  }

  static OpaqueClient opaque() throws Exception {
    return new OpaqueClient(KsfParameters.DEFAULT, KsfPolicy.STANDARD, RANDOM);
  }

  /** A KE1 of some password; good for one start. */
  static String ke1(String username) throws Exception {
    try (PasswordInput input =
            PasswordInput.of(Instance.SERVER_NAME, username, "some password".toCharArray());
        LoginAttempt attempt = opaque().generateKE1(input)) {
      return attempt.ke1().toBytes().base64Url();
    }
  }

  Entered login(String username, String password) throws Exception {
    return login(username, password, this);
  }

  /** Starts here and finishes there. */
  Entered login(String username, String password, Caller there) throws Exception {
    try (PasswordInput input =
            PasswordInput.of(Instance.SERVER_NAME, username, password.toCharArray());
        LoginAttempt attempt = opaque().generateKE1(input)) {
      LoginStarted started =
          read(
              post(
                  ApiPaths.LOGIN_START,
                  new LoginStart(username, attempt.ke1().toBytes().base64Url())),
              LoginStarted.class);
      try (LoginResult result =
          attempt.generateKE3(KE2.parse(Bytes.fromBase64Url(started.ke2())))) {
        LoggedIn loggedIn =
            read(
                there.post(
                    ApiPaths.LOGIN_FINISH,
                    new LoginFinish(started.sessionId(), result.ke3().toBytes().base64Url())),
                LoggedIn.class);
        return new Entered(
            loggedIn.token(),
            Bytes.fromBase64Url(started.sessionId()),
            PossessionStatement.sessionBinding(result.sessionKey()));
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
