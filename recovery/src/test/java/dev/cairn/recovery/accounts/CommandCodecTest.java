package dev.cairn.recovery.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.schemas.wire.SchemaIds;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandCodecTest {
  private final CommandCodec codec = new CommandCodec(SchemaIds.builtIn());

  @Test
  void everyCommandComesBack() throws Exception {
    RandomCommands commands = new RandomCommands(7);
    Set<Class<?>> seen = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      RandomCommands.Step step = commands.next();
      CommandCodec.Identified read = codec.decode(codec.encode(step.commandId(), step.command()));
      assertEquals(new CommandCodec.Identified(step.commandId(), step.command()), read);
      seen.add(step.command().getClass());
    }
    assertEquals(Set.of(Command.class.getPermittedSubclasses()), seen);
  }

  @Test
  void cutOrForeignBytesAreUnreadableAndNeverSomethingElse() throws Exception {
    RandomCommands commands = new RandomCommands(8);
    Random random = new Random(8);
    for (int i = 0; i < 200; i++) {
      RandomCommands.Step step = commands.next();
      byte[] bytes = codec.encode(step.commandId(), step.command());
      byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      assertThrows(UnreadableCommandException.class, () -> codec.decode(cut));
      byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
      assertThrows(UnreadableCommandException.class, () -> codec.decode(longer));
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      assertThrows(UnreadableCommandException.class, () -> codec.decode(noise));
    }
  }
}
