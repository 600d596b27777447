package dev.cairn.recovery.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import dev.cairn.crypto.Bytes;
import dev.cairn.recovery.http.Caller.Entered;
import dev.cairn.recovery.http.Caller.Owner;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.CredentialsReplace;
import dev.cairn.schemas.http.CredentialsReplaced;
import dev.cairn.schemas.http.FactorCode;
import dev.cairn.schemas.http.LoggedIn;
import dev.cairn.schemas.http.NewFactor;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No bundle without the second factor, no code twice, and no more guesses than allowed. */
class SecondFactorTest {
  private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);
  private static final String RECOVERY_CODE = "ABCDE-FGH12";

  @TempDir Path directory;
  private Fixture fixture;
  private Instance instance;
  private Instance second;
  private Caller caller;
  private Caller there;
  private Owner owner;
  private String before = "";

  @BeforeEach
  void start() throws Exception {
    fixture = new Fixture(directory);
    instance = fixture.start();
    second = fixture.start();
    caller = new Caller(instance.uri());
    there = new Caller(second.uri());
    owner = caller.register("alice", Fixture.PASSWORD);
  }

  @AfterEach
  void stop() {
    there.close();
    caller.close();
    second.close();
    instance.close();
  }

  private String code(int stepsLater) throws Exception {
    return new TimeBasedOneTimePasswordGenerator()
        .generateOneTimePasswordString(
            new SecretKeySpec(SECRET, "HmacSHA1"),
            Instant.ofEpochMilli(fixture.clock.millis()).plusSeconds(30L * stepsLater));
  }

  private static CredentialsReplace adding(String code) {
    return new CredentialsReplace(
        1,
        CredentialsReplace.KEEP,
        Optional.empty(),
        Optional.empty(),
        CredentialsReplace.KEEP,
        Optional.empty(),
        CredentialsReplace.NEW,
        Optional.of(new NewFactor(Bytes.copyOf(SECRET).base64Url(), code, List.of(RECOVERY_CODE))),
        List.of(),
        Optional.empty());
  }

  private HttpResponse<byte[]> change(Entered entered, String possession, CredentialsReplace asked)
      throws Exception {
    byte[] body = Caller.json(asked);
    return caller.send(
        "POST",
        ApiPaths.CREDENTIALS,
        caller.possessionHeaders(
            entered,
            possession,
            owner.userId(),
            owner.author(),
            ApiPaths.PURPOSE_CREDENTIALS,
            body),
        body);
  }

  private void enrol() throws Exception {
    Entered entered = caller.login("alice", Fixture.PASSWORD);
    before = entered.token();
    String possession = caller.possession(entered, owner);
    assertEquals("401 wrong_secret", Caller.refusal(change(entered, possession, adding("000000"))));
    CredentialsReplace adding = adding(code(0));
    assertEquals(
        new CredentialsReplaced(2, 1),
        Caller.read(change(entered, possession, adding), CredentialsReplaced.class));
    // The answer was lost: the same answer. Anything else with the same token is over.
    assertEquals(
        new CredentialsReplaced(2, 1),
        Caller.read(change(entered, possession, adding), CredentialsReplaced.class));
    assertEquals(
        "401 token_invalid",
        Caller.refusal(
            change(
                entered,
                possession,
                new CredentialsReplace(
                    1,
                    CredentialsReplace.KEEP,
                    Optional.empty(),
                    Optional.empty(),
                    CredentialsReplace.KEEP,
                    Optional.empty(),
                    CredentialsReplace.NONE,
                    Optional.empty(),
                    List.of(),
                    Optional.empty()))));
  }

  private HttpResponse<byte[]> prove(Caller at, String token, String code) throws Exception {
    return at.send(
        "POST", ApiPaths.LOGIN_FACTOR, Caller.bearer(token), Caller.json(new FactorCode(code)));
  }

  @Test
  void noBundleLeavesWithoutTheFactorAndACodeServesOnceAcrossInstances() throws Exception {
    enrol();
    assertEquals("401 token_invalid", Caller.refusal(caller.get(ApiPaths.BUNDLE, before)));
    Entered half = caller.login("alice", Fixture.PASSWORD);
    assertEquals("401 token_invalid", Caller.refusal(caller.get(ApiPaths.BUNDLE, half.token())));
    // What it was enrolled with is used up.
    assertEquals("401 wrong_secret", Caller.refusal(prove(caller, half.token(), code(0))));
    assertEquals("400 malformed", Caller.refusal(prove(caller, half.token(), "a code")));
    String next = code(1);
    LoggedIn whole = Caller.read(prove(caller, half.token(), next), LoggedIn.class);
    assertEquals(List.of(), whole.factors());
    assertEquals(200, there.get(ApiPaths.BUNDLE, whole.token()).statusCode());
    assertEquals("401 wrong_secret", Caller.refusal(prove(there, half.token(), next)));
    // The whole token is none for the factor, and the half one none for possession.
    assertEquals("401 token_invalid", Caller.refusal(prove(there, whole.token(), code(1))));
    Caller.read(prove(there, half.token(), RECOVERY_CODE), LoggedIn.class);
    assertEquals("401 wrong_secret", Caller.refusal(prove(caller, half.token(), RECOVERY_CODE)));
    fixture.clock.advance(Duration.ofSeconds(90));
    assertEquals("401 wrong_secret", Caller.refusal(prove(caller, half.token(), next)));
    Caller.read(prove(caller, half.token(), code(0)), LoggedIn.class);
  }

  @Test
  void guessesAtOnceAcrossInstancesAreNeverAnsweredMoreOftenThanAllowed() throws Exception {
    enrol();
    String token = caller.login("alice", Fixture.PASSWORD).token();
    List<Callable<String>> guesses = new ArrayList<>();
    for (int guess = 0; guess < 50; guess++) {
      Caller at = guess % 2 == 0 ? caller : there;
      String wrong = "ZZZZZ-ZZZ" + (10 + guess);
      guesses.add(() -> Caller.refusal(prove(at, token, wrong)));
    }
    Map<String, Integer> answers = new java.util.TreeMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<String> answer : threads.invokeAll(guesses)) {
        answers.merge(answer.get(), 1, Integer::sum);
      }
    }
    assertEquals(Map.of("401 wrong_secret", 10, "429 locked_out", 40), answers);
    // The right password changes nothing about it, nor does the right code before its time.
    String again = caller.login("alice", Fixture.PASSWORD).token();
    assertEquals("429 locked_out", Caller.refusal(prove(there, again, code(1))));
    fixture.clock.advance(Duration.ofSeconds(61));
    assertTrue(prove(there, again, code(0)).statusCode() == 200);
  }

  /** RFC 6238, appendix B, SHA-1. */
  @ParameterizedTest
  @CsvSource({
    "59, 94287082",
    "1111111109, 07081804",
    "1111111111, 14050471",
    "1234567890, 89005924",
    "2000000000, 69279037",
    "20000000000, 65353130"
  })
  void theLibraryGivesThePublishedCodes(long seconds, String code) throws Exception {
    assertEquals(
        code,
        new TimeBasedOneTimePasswordGenerator(Duration.ofSeconds(30), 8)
            .generateOneTimePasswordString(
                new SecretKeySpec(SECRET, "HmacSHA1"), Instant.ofEpochSecond(seconds)));
  }
}
