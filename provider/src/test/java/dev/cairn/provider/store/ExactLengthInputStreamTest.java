package dev.cairn.provider.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body is whole, or its reader hears of it. */
class ExactLengthInputStreamTest {
  private static final byte[] BODY =
      "what was promised, to the last byte".getBytes(StandardCharsets.US_ASCII);

  @Test
  void givesTheWholeBody() throws Exception {
    try (InputStream in = open(new ByteArrayInputStream(BODY))) {
      assertArrayEquals(BODY, in.readAllBytes());
      assertEquals(-1, in.read());
      assertEquals(-1, in.read(new byte[4]));
    }
  }

  @Test
  void endsWhereThePromiseEnds() throws Exception {
    InputStream longer =
        new SequenceInputStream(
            new ByteArrayInputStream(BODY), new ByteArrayInputStream(new byte[] {1, 2, 3}));
    try (InputStream in = open(longer)) {
      assertArrayEquals(BODY, in.readAllBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20, 34})
  void saysThatABodyBrokeOff(int length) throws Exception {
    try (InputStream in = open(new ByteArrayInputStream(BODY, 0, length))) {
      assertArrayEquals(Arrays.copyOf(BODY, length), in.readNBytes(length));
      StoreUnavailableException e = assertThrows(StoreUnavailableException.class, in::read);
      assertTrue(String.valueOf(e.getMessage()).contains("users/key"), e.getMessage());
      assertThrows(StoreUnavailableException.class, in::readAllBytes);
    }
  }

  @Test
  void skippingOverTheEndIsNoWayOut() throws Exception {
    try (InputStream in = open(new ByteArrayInputStream(BODY, 0, 10))) {
      assertThrows(StoreUnavailableException.class, () -> in.skipNBytes(BODY.length));
    }
  }

  @Test
  void anErrorOfTheConnectionIsOneOfTheStore() throws Exception {
    InputStream reset =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
          }
        };
    try (InputStream in = open(reset)) {
      assertThrows(StoreUnavailableException.class, in::read);
    }
  }

  private static InputStream open(InputStream body) {
    return new ExactLengthInputStream(body, "users/key", BODY.length);
  }
}
