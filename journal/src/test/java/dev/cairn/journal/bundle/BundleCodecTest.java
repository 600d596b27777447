package dev.cairn.journal.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.bundle.KeyWrap;
import dev.cairn.crypto.bundle.WrapKind;
import dev.cairn.journal.record.Golden;
import dev.cairn.journal.record.Mutations;
import dev.cairn.journal.record.Records;
import dev.cairn.schemas.avro.BundleWrap;
import dev.cairn.schemas.avro.RecoveryBundle;
import dev.cairn.schemas.wire.SchemaIds;
import dev.cairn.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BundleCodecTest {
  private static final BundleCodec CODEC = BundleCodec.withBuiltInSchemas();
  private static final long SEED = Long.getLong("cairn.seed", 1234);
  private static final StoredBundle BUNDLE =
      new StoredBundle(
          Records.USER,
          7,
          List.of(wrap(WrapKind.OPAQUE, "parameters", ""), wrap(WrapKind.RECOVERY_KEY, "", " 2")));

  private static KeyWrap wrap(WrapKind kind, String parameters, String suffix) {
    Bytes sealed = Sha256.hash(Bytes.utf8("sealed" + suffix));
    return new KeyWrap(
        kind,
        Bytes.utf8(parameters),
        Sha256.hash(Bytes.utf8("commitment" + suffix)),
        Sha256.hash(Bytes.utf8("nonce" + suffix)).slice(0, 24),
        Bytes.concat(sealed, sealed, sealed));
  }

  @Test
  void isWrittenAndReadAsEver() throws MalformedBundleException {
    assertEquals(Golden.bytes("bundle.value").hex(), CODEC.encode(BUNDLE).hex());
    assertEquals(BUNDLE, CODEC.decode(Golden.bytes("bundle.value")));
    assertEquals(Optional.of(BUNDLE.wraps().get(1)), BUNDLE.wrap(WrapKind.RECOVERY_KEY));
    assertEquals(Optional.empty(), BUNDLE.wrap(WrapKind.WALLET));
  }

  @Test
  void everyTruncationIsMalformed() {
    Bytes stored = CODEC.encode(BUNDLE);
    for (int length = 0; length < stored.size(); length++) {
      Bytes cut = stored.slice(0, length);
      assertThrows(MalformedBundleException.class, () -> CODEC.decode(cut));
    }
    assertThrows(
        MalformedBundleException.class,
        () -> CODEC.decode(Bytes.concat(stored, Bytes.wrap(new byte[1]))));
    assertThrows(
        MalformedBundleException.class,
        () -> CODEC.decode(Bytes.wrap(new byte[BundleCodec.MAX_BYTES + 1])));
  }

  @Test
  void mutationsAreABundleOrMalformed() {
    Random random = new Random(SEED);
    int read = 0;
    for (int round = 0; round < 30_000; round++) {
      Bytes mutated = Bytes.wrap(Mutations.mutate(random, CODEC.encode(BUNDLE).toByteArray()));
      try {
        StoredBundle bundle = CODEC.decode(mutated);
        assertEquals(bundle, CODEC.decode(CODEC.encode(bundle)), "seed " + SEED);
        read++;
      } catch (MalformedBundleException | IllegalArgumentException expected) {
        // most of them; a bundle whose only wraps are of unknown kinds cannot be written again
      }
    }
    assertTrue(read > 100);
  }

  @Test
  void laterFormatsAndBoundsAreRefusedAndLaterKindsPassedOver() throws MalformedBundleException {
    assertThrows(MalformedBundleException.class, () -> CODEC.decode(stored(2, 1, wire(0, 32, 24))));
    assertThrows(MalformedBundleException.class, () -> CODEC.decode(stored(1, 0, wire(0, 32, 24))));
    assertThrows(MalformedBundleException.class, () -> CODEC.decode(stored(1, 1)));
    assertThrows(MalformedBundleException.class, () -> CODEC.decode(stored(1, 1, wire(0, 31, 24))));
    assertThrows(MalformedBundleException.class, () -> CODEC.decode(stored(1, 1, wire(0, 32, 12))));
    StoredBundle bundle = CODEC.decode(stored(1, 1, wire(9, 5, 5), wire(1, 32, 24)));
    assertEquals(List.of(WrapKind.WALLET), bundle.wraps().stream().map(KeyWrap::kind).toList());
  }

  private static BundleWrap wire(int kind, int commitment, int nonce) {
    return new BundleWrap(
        kind,
        ByteBuffer.allocate(3),
        ByteBuffer.allocate(commitment),
        ByteBuffer.allocate(nonce),
        ByteBuffer.allocate(40));
  }

  private static Bytes stored(int version, int bundleVersion, BundleWrap... wraps) {
    return Bytes.wrap(
        new WireFormat(SchemaIds.builtIn())
            .encode(
                new RecoveryBundle(version, Records.USER.value(), bundleVersion, List.of(wraps))));
  }
}
