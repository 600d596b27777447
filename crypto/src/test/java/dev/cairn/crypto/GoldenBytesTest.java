package dev.cairn.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Golden bytes of format version 1, kept for ever: keys, objects and the state digest. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenBytesTest {
  private final Vectors golden = new Vectors("golden-v1.properties");
  private final UserId user = UserId.parse(golden.text("user"));
  private final SealingContext context = new SealingContext(user, 3, 5, 0x0102030405060708L);
  private final KeyRing ring = ring(Padding.NONE);

  private KeyRing ring(Padding padding) {
    try (BackupKey key = BackupKey.takeOwnershipOf(golden.get("backupKey").toByteArray())) {
      return key.deriveKeys(user, 3, padding);
    }
  }

  @AfterAll
  void everyValueWasChecked() {
    ring.close();
    for (String prefix : List.of("keys.", "object.", "state.")) {
      assertTrue(golden.unused(prefix).isEmpty(), () -> "unused: " + golden.unused(prefix));
    }
  }

  @Test
  void author() {
    assertEquals(golden.get("keys.author.publicKey"), ring.author().publicKey().raw());
    Bytes signature = ring.author().sign(golden.get("keys.author.message"));
    assertEquals(golden.get("keys.author.signature"), signature);
    assertTrue(ring.author().publicKey().verifies(golden.get("keys.author.message"), signature));
  }

  @Test
  void objectsAndState() throws Exception {
    StateAccumulator state = new StateAccumulator();
    assertEquals(golden.get("state.empty.digest"), state.digest());
    Bytes json = Bytes.utf8("{\"a\": 1,  \"b\":[true,null]}");
    check(
        state,
        "raw",
        new ObjectSlice(ValueKind.JSON, "notes", "Zoë/✓/1", 0, 1, json.size(), json),
        true,
        Padding.NONE);
    check(
        state,
        "empty",
        new ObjectSlice(ValueKind.BYTES, "", "", 0, 1, 0, Bytes.EMPTY),
        true,
        Padding.NONE);
    Bytes text = Bytes.utf8("the same words again and again, ".repeat(40));
    // Another version of zstd may compress otherwise: only reading is promised.
    check(
        state,
        "zstd",
        new ObjectSlice(ValueKind.BYTES, "notes", "long", 0, 1, text.size(), text),
        false,
        Padding.NONE);
    byte[] counting = new byte[200];
    for (int i = 0; i < counting.length; i++) {
      counting[i] = (byte) i;
    }
    assertEquals(0xf1, LayoutReader.of(golden.get("object.padme.length")).u31());
    check(
        state,
        "padme",
        new ObjectSlice(
            ValueKind.BYTES, "notes", "padded", 1, 2, 512 * 1024 + 200, Bytes.wrap(counting)),
        true,
        Padding.PADME);
    assertEquals(golden.get("state.accumulator.sha256"), Sha256.hash(state.toBytes()));
    assertEquals(golden.get("state.digest"), state.digest());
  }

  private void check(
      StateAccumulator state, String name, ObjectSlice slice, boolean sealsAlike, Padding padding)
      throws SealBrokenException {
    Bytes tag = golden.get("object." + name + ".tag");
    Bytes sealed = golden.get("object." + name + ".sealed");
    assertEquals(tag, ring.tags().tag(slice.collection(), slice.id(), slice.slice()));
    assertEquals(slice, ring.sealer().open(context, tag, sealed));
    byte[] nonce = golden.get("object." + name + ".nonce").toByteArray();
    if (sealsAlike) {
      try (KeyRing padded = ring(padding)) {
        assertEquals(
            new SealedSlice(tag, sealed), padded.sealer().insecureNonceSeal(nonce, context, slice));
      }
    }
    Bytes element = Elements.element(user, 3, context.epoch(), context.sequence(), tag, sealed);
    assertEquals(golden.get("object." + name + ".element"), element);
    state.add(element);
  }
}
