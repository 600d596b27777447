package dev.cairn.keyserver.engine;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.UserId;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class KeyRingsTest {
  @Test
  void aRingThatIsInUseStaysOpenWhenItsVersionIsAddedAgain() {
    UserId userId = UserId.parse("a".repeat(26));
    try (BackupKey key = BackupKey.generate(new SecureRandom());
        KeyRings rings = new KeyRings()) {
      KeyRing first = key.deriveKeys(userId, 2);
      rings.add(first);
      KeyRing again = key.deriveKeys(userId, 2);
      rings.add(again);
      assertSame(first, rings.of(2));
      Bytes message = Bytes.utf8("signed");
      first.author().sign(message);
      assertThrows(IllegalStateException.class, () -> again.author().sign(message));
    }
  }
}
