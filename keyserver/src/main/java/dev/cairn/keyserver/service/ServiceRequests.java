package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.statements.OwnerRequest;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.service.HttpTransport.Repetition;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.KsfInfo;
import dev.cairn.schemas.http.NonceIssued;
import dev.cairn.schemas.http.ServerInfo;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Requests to the recovery service, plain and signed.
 *
 * <p>Guaranteed: no request but the one for its name is sent to a service that does not bear the
 * pinned name; every body is bounded, every answer has a deadline, and a request is sent twice only
 * where that changes nothing. Thread-safe.
 */
final class ServiceRequests {
  static final Duration TIMEOUT = Duration.ofSeconds(30);
  static final Duration DATA_TIMEOUT = Duration.ofMinutes(3);
  static final int MAX_JSON = 1 << 20;
  static final int MAX_LIST = 16 << 20;

  private static final String BINARY = "application/octet-stream";
  private static final int GUESSES = 1_000_000;

  /** Milliseconds since 1970; 18 digits are what the protocol's headers hold. */
  private static final long LATEST_EXPIRY = 999_999_999_999_999_999L;

  private final String serverName;
  private final HttpTransport transport;
  private volatile Optional<ServerDescription> server = Optional.empty();

  ServiceRequests(String serverName, HttpTransport transport) {
    this.serverName = serverName;
    this.transport = transport;
  }

  ServerDescription server() {
    Optional<ServerDescription> known = server;
    if (known.isPresent()) {
      return known.get();
    }
    HttpAnswer answer =
        transport.send(
            () -> HttpRequest.newBuilder(transport.resolve(ApiPaths.SERVER)).GET(),
            Repetition.REPEATABLE,
            MAX_JSON,
            TIMEOUT);
    ServerInfo info = Json.read(Answers.requireSuccess(answer).body(), ServerInfo.class);
    if (!info.serverName().equals(serverName)) {
      throw new IntegrityException(
          "The service calls itself '"
              + info.serverName()
              + "', and the configuration pins '"
              + serverName
              + "': it is refused. Nothing was sent to it; check service.url and server.name");
    }
    if (info.maxGuesses() < 1 || info.maxGuesses() > GUESSES) {
      throw Json.malformed(ServerInfo.class, "it allows " + info.maxGuesses() + " guesses", null);
    }
    ServerDescription description =
        new ServerDescription(info.serverName(), info.suite(), ksf(info.ksf()), info.maxGuesses());
    server = Optional.of(description);
    return description;
  }

  HttpAnswer get(String path, AccessToken token, int limit, Duration timeout) {
    return exchange(
        "GET",
        path,
        Bytes.EMPTY,
        request -> request.header("Authorization", token.headerValue()),
        Repetition.REPEATABLE,
        limit,
        timeout);
  }

  HttpAnswer post(String path, Bytes body, Repetition repetition) {
    return exchange("POST", path, body, request -> {}, repetition, MAX_JSON, TIMEOUT);
  }

  HttpAnswer owned(OwnerSigner signer, String method, String path, Bytes body, int limit) {
    return owned(signer, method, path, body, limit, TIMEOUT);
  }

  HttpAnswer owned(
      OwnerSigner signer, String method, String path, Bytes body, int limit, Duration timeout) {
    return owned(signer, method, path, body, request -> {}, limit, timeout);
  }

  HttpAnswer owned(
      OwnerSigner signer,
      String method,
      String path,
      Bytes body,
      Consumer<HttpRequest.Builder> complete,
      int limit,
      Duration timeout) {
    return exchange(
        method,
        path,
        body,
        request -> {
          ServiceNonce nonce = nonce();
          Bytes signature =
              new OwnerRequest(
                      serverName,
                      signer.userId(),
                      signer.keyVersion(),
                      nonce.value(),
                      nonce.expiryMillis(),
                      method,
                      path,
                      Sha256.hash(body))
                  .signWith(signer.author());
          request.header(ApiPaths.HEADER_USER, signer.userId().value());
          sign(request, signer.keyVersion(), nonce, signature);
          complete.accept(request);
        },
        Repetition.REPEATABLE,
        limit,
        timeout);
  }

  HttpAnswer possessed(
      String path, AccessToken token, PossessionSigner signer, String purpose, Bytes body) {
    return exchange(
        "POST",
        path,
        body,
        request -> {
          ServiceNonce nonce = nonce();
          Bytes signature =
              new PossessionStatement(
                      serverName,
                      signer.userId(),
                      signer.keyVersion(),
                      signer.sessionId(),
                      signer.sessionBinding(),
                      nonce.value(),
                      nonce.expiryMillis(),
                      purpose,
                      Sha256.hash(body))
                  .signWith(signer.author());
          request.header("Authorization", token.headerValue());
          sign(request, signer.keyVersion(), nonce, signature);
        },
        Repetition.REPEATABLE,
        MAX_JSON,
        TIMEOUT);
  }

  HttpAnswer exchange(
      String method,
      String path,
      Bytes body,
      Consumer<HttpRequest.Builder> complete,
      Repetition repetition,
      int limit,
      Duration timeout) {
    server();
    return transport.send(
        () -> {
          HttpRequest.Builder request = HttpRequest.newBuilder(transport.resolve(path));
          if (method.equals("GET")) {
            request.GET();
          } else {
            request
                .header("Content-Type", method.equals("PUT") ? BINARY : "application/json")
                .method(method, BodyPublishers.ofByteArray(body.toByteArray()));
          }
          complete.accept(request);
          return request;
        },
        repetition,
        limit,
        timeout);
  }

  private ServiceNonce nonce() {
    NonceIssued issued =
        Json.read(
            Answers.requireSuccess(post(ApiPaths.NONCE, Bytes.utf8("{}"), Repetition.REPEATABLE))
                .body(),
            NonceIssued.class);
    if (issued.expiry() < 0 || issued.expiry() > LATEST_EXPIRY) {
      throw Json.malformed(NonceIssued.class, "it expires at no time that there is", null);
    }
    return new ServiceNonce(
        Json.binary("nonce", issued.nonce(), OwnerRequest.NONCE_SIZE), issued.expiry());
  }

  private static void sign(
      HttpRequest.Builder request, int keyVersion, ServiceNonce nonce, Bytes signature) {
    request
        .header(ApiPaths.HEADER_KEY_VERSION, Integer.toString(keyVersion))
        .header(ApiPaths.HEADER_NONCE, nonce.value().base64Url())
        .header(ApiPaths.HEADER_EXPIRY, Long.toString(nonce.expiryMillis()))
        .header(ApiPaths.HEADER_SIGNATURE, signature.base64Url());
  }

  private static KsfParameters ksf(KsfInfo info) {
    try {
      return new KsfParameters(info.memoryKiB(), info.iterations(), info.parallelism());
    } catch (IllegalArgumentException e) {
      throw Json.malformed(ServerInfo.class, String.valueOf(e.getMessage()), e);
    }
  }
}
