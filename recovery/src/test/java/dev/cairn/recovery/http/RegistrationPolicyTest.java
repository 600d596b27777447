package dev.cairn.recovery.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.provider.config.Registration;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.http.Caller.Owner;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.RegistrationStart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may make an account, as the provider says. */
class RegistrationPolicyTest {
  private static final String CODE = "0123456789abcdef0123456789abcdef";
  private static final Map<String, String> INVITED = Map.of(ApiPaths.HEADER_INVITATION, CODE);
  private static final String POINT =
      Bytes.fromHex("036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")
          .base64Url();

  @TempDir Path directory;
  private Fixture fixture;

  @BeforeEach
  void prepare() {
    fixture = new Fixture(directory);
  }

  private Instance start(Registration registration) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("registration", registration.text());
    return fixture.start(properties);
  }

  private void invite(Instance instance, String code) throws Exception {
    instance.accounts.submit(
        new Command.Invite(
            Sha256.hash(Bytes.utf8(code)),
            fixture.clock.instant().plus(Duration.ofDays(7)).toEpochMilli()));
  }

  private static String refused(Caller caller, String username, Map<String, String> headers)
      throws Exception {
    return Caller.refusal(
        caller.send(
            "POST",
            ApiPaths.REGISTRATION_START,
            headers,
            Caller.json(new RegistrationStart(username, POINT))));
  }

  @Test
  void whereItIsClosedAccountsThatExistAreServedAndNoneIsMade() throws Exception {
    try (Instance open = start(Registration.OPEN);
        Instance closed = start(Registration.CLOSED);
        Caller there = new Caller(open.uri());
        Caller caller = new Caller(closed.uri())) {
      Owner alice = there.register("alice", Fixture.PASSWORD);
      invite(open, CODE);
      assertEquals("403 registration_closed", refused(caller, "bob", Map.of()));
      assertEquals("403 registration_closed", refused(caller, "bob", INVITED));
      // Begun where it was open, finished where it is closed.
      AssertionError atTheEnd =
          assertThrows(
              AssertionError.class,
              () -> there.register("carol", Fixture.PASSWORD, Map.of(), caller));
      assertTrue(String.valueOf(atTheEnd.getMessage()).contains("registration_closed"));
      caller.login("alice", Fixture.PASSWORD);
      assertEquals(
          200, caller.asOwner(alice, "GET", ApiPaths.OWNER_AUDIT, new byte[0]).statusCode());
    }
  }

  @Test
  void anInvitationIsGoodForOneNameAndForTryingThatAgain() throws Exception {
    try (Instance instance = start(Registration.INVITATION);
        Instance other = start(Registration.INVITATION);
        Caller caller = new Caller(instance.uri());
        Caller there = new Caller(other.uri())) {
      invite(instance, CODE);
      assertEquals("403 not_invited", refused(caller, "alice", Map.of()));
      assertEquals(
          "403 not_invited",
          refused(caller, "alice", Map.of(ApiPaths.HEADER_INVITATION, "f".repeat(32))));
      caller.register("alice", Fixture.PASSWORD, INVITED, there);
      assertEquals("403 not_invited", refused(there, "bob", INVITED));
      // Its first attempt never wrote: the same name, with the same invitation.
      caller.register("alice", Fixture.PASSWORD + " again", INVITED, caller);
      caller.login("alice", Fixture.PASSWORD + " again");
    }
  }

  @Test
  void whoIsNotInvitedLearnsNothingAboutNames() throws Exception {
    try (Instance instance = start(Registration.INVITATION);
        Caller caller = new Caller(instance.uri())) {
      invite(instance, CODE);
      Owner alice = caller.register("alice", Fixture.PASSWORD, INVITED, caller);
      fixture.writeGenesis(alice);
      assertEquals("403 not_invited", refused(caller, "alice", Map.of()));
      assertEquals("403 not_invited", refused(caller, "nobody", Map.of()));
    }
  }

  @Test
  void anInvitationEnds() throws Exception {
    try (Instance instance = start(Registration.INVITATION);
        Caller caller = new Caller(instance.uri())) {
      invite(instance, CODE);
      fixture.clock.advance(Duration.ofDays(8));
      assertEquals("403 not_invited", refused(caller, "alice", INVITED));
    }
  }

  @Test
  void whatIsNoCodeIsMalformed() throws Exception {
    try (Instance instance = start(Registration.INVITATION);
        Caller caller = new Caller(instance.uri())) {
      assertEquals(
          "400 malformed", refused(caller, "alice", Map.of(ApiPaths.HEADER_INVITATION, "please")));
    }
  }

  @Test
  void theTopicNeverHoldsACode() throws Exception {
    try (Instance instance = start(Registration.INVITATION);
        Caller caller = new Caller(instance.uri())) {
      invite(instance, CODE);
      caller.register("alice", Fixture.PASSWORD, INVITED, caller);
      String code = Bytes.utf8(CODE).hex();
      assertTrue(fixture.topic.entries().stream().noneMatch(e -> e.value().hex().contains(code)));
    }
  }
}
