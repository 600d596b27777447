package dev.cairn.recovery.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.recovery.http.Caller.Owner;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.ConnectRequest;
import dev.cairn.schemas.http.Connection;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name may be registered again until its account has written; what was written is never lost. */
class ReplacedAccountTest {
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
  void anAccountThatConnectedIsShutOutBeforeItIsReplaced() throws Exception {
    Owner first = caller.register("alice", Fixture.PASSWORD);
    connect(first);
    Owner second = caller.register("alice", Fixture.PASSWORD + " again");
    assertNotEquals(first.userId(), second.userId());
    assertEquals(List.of("provide 1", "revoke 1"), fixture.broker.done);
    connect(second);
    caller.login("alice", Fixture.PASSWORD + " again");
  }

  @Test
  void anAccountThatNeverConnectedNeedsNoShuttingOut() throws Exception {
    caller.register("alice", Fixture.PASSWORD);
    caller.register("alice", Fixture.PASSWORD + " again");
    assertEquals(List.of(), fixture.broker.done);
  }

  @Test
  void whatIsWrittenAtTheLastMomentKeepsTheName() throws Exception {
    Owner first = caller.register("alice", Fixture.PASSWORD);
    connect(first);
    fixture.broker.beforeRevoke = () -> fixture.writeGenesis(first);
    assertThrows(AssertionError.class, () -> caller.register("alice", Fixture.PASSWORD + " again"));
    // The account, its password and its key are as before.
    caller.login("alice", Fixture.PASSWORD);
    assertEquals(200, caller.asOwner(first, "GET", ApiPaths.OWNER_AUDIT, new byte[0]).statusCode());
  }

  @Test
  void whereItCannotBeShutOutNothingIsReplaced() throws Exception {
    Owner first = caller.register("alice", Fixture.PASSWORD);
    connect(first);
    fixture.broker.fail("revoke");
    assertThrows(AssertionError.class, () -> caller.register("alice", Fixture.PASSWORD + " again"));
    caller.login("alice", Fixture.PASSWORD);
    fixture.broker.heal();
    caller.register("alice", Fixture.PASSWORD + " again");
    caller.login("alice", Fixture.PASSWORD + " again");
  }

  private void connect(Owner owner) throws Exception {
    Connection connection =
        Caller.read(
            caller.asOwner(
                owner, "POST", ApiPaths.OWNER_CONNECT, Caller.json(new ConnectRequest(1))),
            Connection.class);
    assertEquals(owner.userId().value(), connection.userId());
  }
}
