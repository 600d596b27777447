package dev.cairn.keyserver.daemon;

import dev.cairn.keyserver.TransactionLines;
import dev.cairn.keyserver.TransactionLines.LongLines;
import dev.cairn.keyserver.error.MalformedInputException;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Reads the bodies of requests, bounded. */
final class Bodies {
  private static final int BLOCK = 1 << 16;
  private static final long MOST_TO_PASS_OVER = 256L << 20;
  private static final Duration LONGEST_SILENCE = Duration.ofMillis(500);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private Bodies() {}

  /** The whole body as text. */
  static String text(InputStream in, long limit, LongLines longLines) throws IOException, Refusal {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] block = new byte[BLOCK];
    boolean isLong = false;
    for (int read = in.read(block); read >= 0; read = in.read(block)) {
      if (all.size() + (long) read > limit) {
        throw Refusal.tooLarge(limit);
      }
      if (!isLong && all.size() + read > TransactionLines.LONG_LINE) {
        longLines.begin();
        isLong = true;
      }
      all.write(block, 0, read);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(all.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedInputException("The transaction is not UTF-8", e);
    }
  }

  /**
   * Passes over what a client still sends, so that it reads the answer instead of failing at its
   * next write; as long as something comes, and up to a bound.
   */
  static void passOver(ServletInputStream in) {
    byte[] block = new byte[BLOCK];
    long passed = 0;
    long heard = System.nanoTime();
    try {
      while (passed < MOST_TO_PASS_OVER
          && !in.isFinished()
          && System.nanoTime() - heard < LONGEST_SILENCE.toNanos()) {
        if (in.available() == 0) {
          LockSupport.parkNanos(LOOK_AGAIN.toNanos());
          continue;
        }
        int read = in.read(block);
        if (read < 0) {
          return;
        }
        passed += read;
        heard = System.nanoTime();
      }
    } catch (IOException e) {
      // It has hung up: then it does not read the answer either.
      return;
    }
  }
}
