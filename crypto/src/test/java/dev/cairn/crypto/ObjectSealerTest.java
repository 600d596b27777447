package dev.cairn.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class ObjectSealerTest {
  @Test
  void roundTrip() throws Exception {
    UserId user = UserId.random(new SecureRandom());
    try (BackupKey key = BackupKey.generate(new SecureRandom());
        KeyRing ring = key.deriveKeys(user, 1)) {
      SealingContext context = new SealingContext(user, 1, 1, 7);
      for (int size : new int[] {0, 1, 255, 256, 5000, 512 * 1024}) {
        ObjectSlice slice =
            new ObjectSlice(ValueKind.BYTES, "c", "i", 0, 1, size, Bytes.wrap(new byte[size]));
        SealedSlice sealed = ring.sealer().seal(context, slice);
        assertEquals(slice, ring.sealer().open(context, sealed.tag(), sealed.sealed()));
      }
      StateAccumulator a = new StateAccumulator();
      Bytes e = Elements.element(user, 1, 1, 1, Bytes.wrap(new byte[32]), Bytes.EMPTY);
      a.add(e);
      a.subtract(e);
      assertEquals(new StateAccumulator().digest(), a.digest());
    }
  }
}
