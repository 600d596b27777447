package dev.cairn.schemas.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessagesTest {
  private static final ObjectMapper STRICT = HttpJson.strict();
  private static final String SECRET = "c2VjcmV0LXBhc3N3b3Jk";
  private static final KsfInfo KSF = new KsfInfo(65536, 3, 4);
  private static final Connection CONNECTION =
      new Connection(
          "u", "c0", "t", "b:1", "SASL_PLAINTEXT", "SCRAM-SHA-256", "p", SECRET, 2, Map.of("s", 1));

  static Stream<Record> messages() {
    return Stream.of(
        new ServerInfo("n", 1, "suite", KSF, 10),
        new NonceIssued("AA", 5),
        new RegistrationStart("u", "AA"),
        new RegistrationStarted("r", "u", "AA"),
        new RegistrationFinish("r", "AA", "BB", "CC", KSF, Optional.of("DD")),
        new Registered("u"),
        new LoginStart("u", "AA"),
        new LoginStarted("s", "AA", 4),
        new LoginFinish("s", "AA"),
        new LoginChallengeRequest("u"),
        new LoginChallenge("u", "00ff", 5, 1),
        new RecoveryKeyLogin("u", "00ff", 5, "AA"),
        new FactorCode(SECRET),
        new CredentialsStart(Optional.empty()),
        new CredentialsStart(Optional.of("AA")),
        new CredentialsStarted(Optional.of("AA"), 3, new LoginChallenge("u", "00ff", 5, 1)),
        new CredentialsReplace(
            3,
            "password",
            Optional.of(new PasswordRecord("AA", KSF)),
            Optional.empty(),
            "new",
            Optional.of("BB"),
            "new",
            Optional.of(new NewFactor(SECRET, SECRET, List.of(SECRET))),
            List.of(),
            Optional.empty()),
        new CredentialsReplace(
            3,
            "wallet",
            Optional.empty(),
            Optional.of(new WalletProof("eip4361", "m", "00")),
            "none",
            Optional.empty(),
            "codes",
            Optional.empty(),
            List.of(SECRET),
            Optional.of("CC")),
        new CredentialsReplaced(4, 2),
        new AccountInfo("u", 4, List.of("password"), List.of("totp"), 9, 2),
        new LoggedIn(SECRET, "u", 3, List.of(), 9),
        new PossessionProven(SECRET, 9),
        new SnapshotList(List.of(new SnapshotName(1, "d"))),
        new LogExtent("t", 1, 2),
        new TakeoverRequest("i", 1),
        new TakeoverAnswer(
            "i", TakeoverAnswer.State.PENDING, 2, OptionalLong.empty(), Optional.empty()),
        new TakeoverAnswer(
            "i", TakeoverAnswer.State.ISSUED, 2, OptionalLong.of(4), Optional.of(CONNECTION)),
        new ConnectRequest(1),
        CONNECTION,
        new CompactRequested("j"),
        new AuditTrail(List.of(new AuditEntry(1, "e", "d"))),
        new ErrorBody(ErrorCodes.FENCED, "m", Map.of("epoch", "3")));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void everyMessageComesBack(Record message) throws JsonProcessingException {
    String json = STRICT.writeValueAsString(message);
    assertEquals(message, STRICT.readValue(json, message.getClass()));
    assertEquals(message, HttpJson.lenient().readValue(json, message.getClass()));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void noMessageShowsASecret(Record message) {
    assertFalse(message.toString().contains(SECRET), message.getClass().getSimpleName());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{}",
        "{\"username\":\"u\"}",
        "{\"username\":\"u\",\"ke1\":null}",
        "{\"username\":\"u\",\"ke1\":1}",
        "{\"username\":\"u\",\"ke1\":\"A\",\"more\":1}",
        "{\"username\":\"u\",\"ke1\":\"A\",\"ke1\":\"B\"}",
        "{\"username\":\"u\",\"ke1\":\"A\"} x",
        "{\"username\":\"u\",\"ke1\":\"A\"}{}",
        "{\"username\":{\"a\":[]},\"ke1\":\"A\"}"
      })
  void aServiceTakesNothingElse(String json) {
    assertThrows(JsonProcessingException.class, () -> read(json, LoginStart.class));
  }

  private static <T> T read(String json, Class<T> type) throws JsonProcessingException {
    T value = STRICT.readValue(json, type);
    if (value == null) {
      throw new JsonProcessingException("null") {
        private static final long serialVersionUID = 1L;
      };
    }
    return value;
  }

  @Test
  void numbersAreNumbers() {
    assertThrows(
        JsonProcessingException.class, () -> read("{\"epoch\":\"1\"}", ConnectRequest.class));
    assertThrows(
        JsonProcessingException.class, () -> read("{\"epoch\":1.5}", ConnectRequest.class));
    assertThrows(
        JsonProcessingException.class, () -> read("{\"epoch\":1e400}", ConnectRequest.class));
  }

  @Test
  void aClientPassesOverWhatANewerServiceAdds() throws JsonProcessingException {
    assertEquals(
        new Registered("u"),
        HttpJson.lenient().readValue("{\"userId\":\"u\",\"more\":[1]}", Registered.class));
  }
}
