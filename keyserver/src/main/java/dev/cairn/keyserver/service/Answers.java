package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.wallet.SignedLogin;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.Connection;
import dev.cairn.schemas.http.ErrorCodes;
import dev.cairn.schemas.http.LoginChallenge;
import dev.cairn.schemas.http.SnapshotList;
import dev.cairn.schemas.http.SnapshotName;
import dev.cairn.schemas.http.WalletProof;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.SnapshotDirectory;
import dev.cairn.schemas.names.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What the service answers, read strictly: whatever is not as agreed is an exception. */
final class Answers {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,4096}");
  private static final Set<String> PROTOCOLS =
      Set.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");
  private static final Pattern MECHANISM = Pattern.compile("|SCRAM-SHA-256|SCRAM-SHA-512");
  private static final int PARTIAL = 206;
  private static final int RANGE_BEYOND_END = 416;

  private Answers() {}

  static HttpAnswer requireSuccess(HttpAnswer answer) {
    if (!answer.isSuccess()) {
      throw ServiceErrors.toException(ServiceErrors.read(answer));
    }
    return answer;
  }

  static HttpAnswer requireToken(HttpAnswer answer) throws TokenInvalidException {
    if (!answer.isSuccess()) {
      ServiceErrors.Refusal refusal = ServiceErrors.read(answer);
      if (refusal.code().equals(ErrorCodes.TOKEN_INVALID)) {
        throw new TokenInvalidException("The login has expired: " + refusal.message());
      }
    }
    return answer;
  }

  static Optional<Bytes> unlessAbsent(HttpAnswer answer) {
    if (!answer.isSuccess()) {
      ServiceErrors.Refusal refusal = ServiceErrors.read(answer);
      if (refusal.code().equals(ErrorCodes.ABSENT)) {
        return Optional.empty();
      }
      throw ServiceErrors.toException(refusal);
    }
    return Optional.of(answer.body());
  }

  static Optional<Bytes> range(HttpAnswer answer, String name, long from, int length) {
    if (answer.status() == RANGE_BEYOND_END) {
      return Optional.of(Bytes.EMPTY);
    }
    if (answer.isSuccess()
        && answer.status() != PARTIAL
        && (from != 0 || answer.body().size() > length)) {
      throw Json.malformed("range of " + name, "it is the whole file", null);
    }
    return unlessAbsent(answer);
  }

  static LogPage page(HttpAnswer answer, long from) throws LogTruncatedException {
    if (!answer.isSuccess()) {
      ServiceErrors.Refusal refusal = ServiceErrors.read(answer);
      if (refusal.code().equals(ErrorCodes.LOG_TRUNCATED)) {
        throw new LogTruncatedException(refusal.number("startOffset").orElse(from));
      }
      throw ServiceErrors.toException(refusal);
    }
    List<LogRecordBytes> records = LogFrames.read(answer.body(), from);
    long next = number(answer, ApiPaths.HEADER_NEXT_OFFSET);
    long end = number(answer, ApiPaths.HEADER_END_OFFSET);
    long least = records.isEmpty() ? from : records.get(records.size() - 1).offset() + 1;
    if (next < least || (records.isEmpty() && next == from && next < end)) {
      throw Json.malformed("page of the log", "it goes on at " + next + " before " + end, null);
    }
    return new LogPage(records, next, end);
  }

  static List<SnapshotRef> snapshotList(HttpAnswer answer) {
    List<SnapshotRef> snapshots = new ArrayList<>();
    for (SnapshotName name :
        Json.read(requireSuccess(answer).body(), SnapshotList.class).snapshots()) {
      SnapshotDirectory directory =
          SnapshotDirectory.parse(name.directory())
              .orElseThrow(
                  () -> Json.malformed(SnapshotList.class, "a directory in it is none", null));
      if (name.keyVersion() < 1) {
        throw Json.malformed(SnapshotList.class, "a key version in it is none", null);
      }
      snapshots.add(new SnapshotRef(name.keyVersion(), directory));
    }
    return snapshots;
  }

  static LogExtent extent(HttpAnswer answer) {
    dev.cairn.schemas.http.LogExtent extent =
        Json.read(requireSuccess(answer).body(), dev.cairn.schemas.http.LogExtent.class);
    if (extent.startOffset() < 0 || extent.endOffset() < extent.startOffset()) {
      throw Json.malformed("extent of the log", "it ends before it starts", null);
    }
    return new LogExtent(extent.startOffset(), extent.endOffset());
  }

  /** What goes into a header has to fit there; what does not is not shown either. */
  static AccessToken token(String text) {
    if (!TOKEN.matcher(text).matches()) {
      throw Json.malformed("token", "it is not base64url", null);
    }
    return new AccessToken(text);
  }

  static BrokerConnection connection(Connection wire, UserId expected, long epoch) {
    if (!wire.userId().equals(expected.value()) || wire.epoch() != epoch) {
      throw Json.malformed(Connection.class, "it is of another user or epoch", null);
    }
    if (Topics.parseLog(wire.topic())
        .filter(log -> log.userId().equals(expected.value()) && log.cell().equals(wire.cell()))
        .isEmpty()) {
      throw Json.malformed(Connection.class, "its topic is not this user's log", null);
    }
    if (!PROTOCOLS.contains(wire.securityProtocol())
        || !MECHANISM.matcher(wire.saslMechanism()).matches()) {
      throw Json.malformed(Connection.class, "it asks for a login that is not known", null);
    }
    return new BrokerConnection(
        expected,
        wire.cell(),
        wire.topic(),
        wire.bootstrapServers(),
        wire.securityProtocol(),
        wire.saslMechanism(),
        wire.principal(),
        wire.password(),
        wire.epoch(),
        wire.schemaIds());
  }

  static Challenge challenge(LoginChallenge wire) {
    if (!wire.nonce().matches("[0-9a-f]{64}")
        || wire.expiry() < 0
        || wire.expiry() % 1_000 != 0
        || wire.chainId() < 1) {
      throw Json.malformed(LoginChallenge.class, "it is none that could be answered", null);
    }
    return new Challenge(
        userId(wire.userId()), Bytes.fromHex(wire.nonce()), wire.expiry(), wire.chainId());
  }

  /** A wallet's signed login, as it is sent. */
  static WalletProof proof(SignedLogin login) {
    return new WalletProof(login.form().code(), login.message(), login.signature().hex());
  }

  static UserId userId(String text) {
    try {
      return UserId.parse(text);
    } catch (IllegalArgumentException e) {
      throw Json.malformed("user id", "'" + text.length() + "' characters that are none", e);
    }
  }

  static String filePath(String base, SnapshotRef snapshot, String name) {
    if (!ObjectKeys.isSnapshotFile(name)) {
      throw new IllegalArgumentException("Not the name of a snapshot's file: " + name);
    }
    return ApiPaths.snapshotFile(base, snapshot.keyVersion(), snapshot.directory().name(), name);
  }

  private static long number(HttpAnswer answer, String header) {
    return answer
        .headers()
        .firstValue(header)
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Long::parseLong)
        .orElseThrow(
            () -> Json.malformed("page of the log", "its header " + header + " is missing", null));
  }
}
