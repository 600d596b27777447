package dev.cairn.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  void valuesNotArrays() {
    byte[] source = {1, 2, 3};
    Bytes bytes = Bytes.copyOf(source);
    source[0] = 9;
    assertEquals(Bytes.fromHex("010203"), bytes);
    assertEquals(Bytes.fromHex("010203").hashCode(), bytes.hashCode());
    assertNotEquals(Bytes.fromHex("010204"), bytes);
    assertNotEquals(Bytes.fromHex("0102"), bytes);
    bytes.toByteArray()[0] = 9;
    assertEquals("010203", bytes.hex());
    assertThrows(ReadOnlyBufferException.class, () -> bytes.asReadOnlyByteBuffer().put((byte) 1));
    assertTrue(bytes.equalsConstantTime(Bytes.fromHex("010203")));
    assertFalse(bytes.equalsConstantTime(Bytes.fromHex("010200")));
    assertFalse(bytes.equalsConstantTime(Bytes.EMPTY));
  }

  @Test
  void texts() {
    assertEquals("00ff", Bytes.fromHex("00FF").hex());
    assertEquals("AP_-", Bytes.fromHex("00fffe").base64Url());
    assertEquals(Bytes.fromHex("00fffe"), Bytes.fromBase64Url("AP_-"));
    assertEquals(Bytes.EMPTY, Bytes.fromBase64Url(""));
    for (String malformed : List.of("AP/+", "AP-", "AP_-=", "AB", "A", "AP_-\n", " AP_-", "AA==")) {
      assertThrows(IllegalArgumentException.class, () -> Bytes.fromBase64Url(malformed), malformed);
    }
    assertThrows(IllegalArgumentException.class, () -> Bytes.fromHex("0"));
    assertThrows(IllegalArgumentException.class, () -> Bytes.fromHex("0g"));
    assertThrows(MalformedTextException.class, () -> Bytes.utf8("\udfff"));
    assertEquals("f09f9880", Bytes.utf8("😀").hex());
    assertEquals(
        "000102030405060708090a0b0c0d0e0f…(17 bytes)",
        Bytes.fromHex("000102030405060708090a0b0c0d0e0f10").toString());
  }

  @Test
  void partsAndOrder() {
    Bytes bytes = Bytes.fromHex("0001027f80ff");
    assertEquals("0102", bytes.slice(1, 3).hex());
    assertSame(Bytes.EMPTY, bytes.slice(2, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> bytes.slice(3, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> bytes.slice(0, 7));
    assertThrows(IndexOutOfBoundsException.class, () -> Bytes.copyOf(new byte[2], -1, 1));
    assertEquals(bytes, Bytes.concat(bytes.slice(0, 2), Bytes.EMPTY, bytes.slice(2, 6)));
    assertTrue(Bytes.fromHex("7f").compareTo(Bytes.fromHex("80")) < 0);
    assertTrue(Bytes.fromHex("01").compareTo(Bytes.fromHex("0100")) < 0);
    byte[] target = new byte[8];
    assertEquals(7, bytes.copyInto(target, 1));
    assertArrayEquals(new byte[] {0, 0, 1, 2, 127, -128, -1, 0}, target);
    ByteBuffer buffer = ByteBuffer.wrap(target, 2, 3);
    assertEquals("01027f", Bytes.copyOf(buffer).hex());
    assertEquals(3, buffer.remaining());
    assertEquals((byte) 0x80, bytes.at(4));
  }

  @Test
  void userIds() {
    SecureRandom random = new SecureRandom();
    Set<UserId> ids = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      UserId id = UserId.random(random);
      assertEquals(id, UserId.parse(id.value()));
      // 128 bits in 26 characters: the last one holds three bits.
      assertTrue("aeimquy4".indexOf(id.value().charAt(25)) >= 0, id.value());
      ids.add(id);
    }
    assertEquals(1000, ids.size());
    for (String malformed :
        List.of(
            "",
            "a".repeat(25),
            "a".repeat(27),
            "A".repeat(26),
            "a".repeat(25) + "1",
            "a".repeat(25) + "8",
            "é".repeat(26))) {
      assertThrows(IllegalArgumentException.class, () -> UserId.parse(malformed));
    }
  }

  /**
   * RFC 4648 section 10 gives "MZXW6YTBOI======" for "foobar"; here through a random source that is
   * none.
   */
  @Test
  void userIdsAreBase32() {
    UserId id =
        UserId.random(
            new SecureRandom() {
              @Override
              public void nextBytes(byte[] bytes) {
                Bytes.utf8("foobarfoobarfoob").copyInto(bytes, 0);
              }
            });
    assertEquals("mzxw6ytboj" + "tg633cmfzgm33pmi", id.value());
  }

  @Test
  void secretBytes() {
    byte[] owned = {1, 2, 3};
    SecretBytes secret = SecretBytes.takeOwnershipOf(owned);
    try (SecretBytes copy = SecretBytes.takeCopyOf(owned);
        SecretBytes other = SecretBytes.takeCopyOf(Bytes.fromHex("010204"))) {
      assertTrue(secret.equalsConstantTime(copy));
      assertFalse(secret.equalsConstantTime(other));
    }
    assertArrayEquals(new byte[] {1, 2, 3}, secret.copyMaterial());
    assertEquals("SecretBytes(3 bytes)", secret.toString());
    secret.close();
    assertArrayEquals(new byte[3], owned);
    assertEquals(3, secret.size());
    assertThrows(IllegalStateException.class, secret::copyMaterial);
  }

  @Test
  void backupKeys() {
    byte[] material = new byte[32];
    material[5] = 7;
    BackupKey key = BackupKey.takeOwnershipOf(material);
    assertArrayEquals(material, BackupKeyAccess.copyMaterial(key));
    key.close();
    assertArrayEquals(new byte[32], material);
    UserId user = UserId.random(new SecureRandom());
    assertThrows(IllegalStateException.class, () -> key.deriveKeys(user, 1));
    byte[] wrong = {1, 2};
    assertThrows(IllegalArgumentException.class, () -> BackupKey.takeOwnershipOf(wrong));
    assertArrayEquals(new byte[2], wrong);
    try (BackupKey fresh = BackupKey.generate(new SecureRandom());
        BackupKey another = BackupKey.generate(new SecureRandom())) {
      assertNotEquals(
          Bytes.wrap(BackupKeyAccess.copyMaterial(fresh)),
          Bytes.wrap(BackupKeyAccess.copyMaterial(another)));
      assertThrows(IllegalArgumentException.class, () -> fresh.deriveKeys(user, 0));
    }
  }

  @Test
  void elements() {
    UserId user = UserId.parse("abcdefghijklmnopqrstuvwx27");
    Bytes tag = Sha256.hash(Bytes.utf8("tag"));
    Bytes sealed = Bytes.utf8("sealed");
    Bytes element = Elements.element(user, 1, 2, 3, tag, sealed);
    assertEquals(
        Sha256.hash(
            Bytes.fromHex("0000000f"),
            Bytes.utf8("cairn/1/element"),
            Bytes.utf8(user.value()),
            Bytes.fromHex("00000001"),
            Bytes.fromHex("0000000000000002"),
            Bytes.fromHex("0000000000000003"),
            tag,
            Bytes.fromHex("00000006"),
            sealed),
        element);
    assertNotEquals(
        element,
        Elements.element(UserId.parse("bbcdefghijklmnopqrstuvwx27"), 1, 2, 3, tag, sealed));
    assertNotEquals(element, Elements.element(user, 2, 2, 3, tag, sealed));
    assertNotEquals(element, Elements.element(user, 1, 3, 3, tag, sealed));
    assertNotEquals(element, Elements.element(user, 1, 2, 4, tag, sealed));
    assertNotEquals(element, Elements.element(user, 1, 2, 3, Sha256.hash(tag), sealed));
    assertNotEquals(element, Elements.element(user, 1, 2, 3, tag, Bytes.EMPTY));
    assertThrows(
        IllegalArgumentException.class, () -> Elements.element(user, 1, 2, 3, sealed, sealed));
    assertThrows(
        IllegalArgumentException.class, () -> Elements.element(user, 1, -2, 3, tag, sealed));
  }
}
