package dev.cairn.recovery.accounts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.schemas.wire.SchemaIds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What earlier programs wrote is read as what they meant, and still written so. */
class GoldenAccountsTest {
  private final CommandCodec codec = new CommandCodec(SchemaIds.builtIn());

  @Test
  void everyCommandOfBeforeIsReadAndWrittenTheSame() throws Exception {
    Set<String> seen = new HashSet<>();
    String lines = new String(resource("commands-2.txt"), StandardCharsets.UTF_8);
    for (String line : lines.lines().toList()) {
      String[] parts = line.split(" ", 2);
      byte[] bytes = Bytes.fromHex(parts[1]).toByteArray();
      CommandCodec.Identified read = codec.decode(bytes);
      String kind = parts[0].replace("-replacing", "");
      assertEquals(kind, read.command().getClass().getSimpleName());
      assertArrayEquals(bytes, codec.encode(read.commandId(), read.command()), parts[0]);
      if (read.command() instanceof Command.Register register) {
        assertTrue(register.credentials().isPasswordOnly());
        assertEquals(parts[0].endsWith("-replacing"), register.replaces().isPresent());
      }
      seen.add(kind);
    }
    assertEquals(19, seen.size());
  }

  @Test
  void aCheckpointOfBeforeIsReadWithPasswordsAlone() throws Exception {
    CheckpointCodec.Checkpoint checkpoint =
        CheckpointCodec.decode(Bytes.wrap(resource("checkpoint-2.bin")));
    assertEquals(300, checkpoint.offset());
    assertTrue(checkpoint.state().factors().isEmpty());
    assertTrue(!checkpoint.state().accounts().isEmpty());
    for (Account account : checkpoint.state().accounts()) {
      assertTrue(account.credentials().isPasswordOnly());
    }
    Bytes again = CheckpointCodec.encode(300, checkpoint.state());
    assertEquals(checkpoint.state(), CheckpointCodec.decode(again).state());
  }

  @Test
  void anAccountOfBeforeIsReadAndWrittenTheSame() throws Exception {
    Bytes before = Bytes.wrap(resource("account-1.json"));
    Account account = AccountCodec.decode(before);
    assertEquals(before, AccountCodec.encode(account));
    Credentials.PasswordLogin password = account.credentials().password().orElseThrow();
    assertEquals(KsfParameters.DEFAULT, password.ksf());
    assertInstanceOf(Credentials.class, account.credentials());
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = GoldenAccountsTest.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is missing: golden bytes are kept for ever");
      }
      return in.readAllBytes();
    }
  }
}
