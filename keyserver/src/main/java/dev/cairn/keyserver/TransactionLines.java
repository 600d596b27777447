package dev.cairn.keyserver;

import dev.cairn.keyserver.error.MalformedInputException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads transactions, one a line. Lines end with LF or CR LF; the last one may lack its end. Bytes
 * must be UTF-8, and a line no longer than a part of the memory that there is. Not thread-safe.
 */
public final class TransactionLines implements TransactionFeed.Source, Closeable {
  /** Lines up to this many bytes need no {@link LongLines}. */
  public static final int LONG_LINE = 1 << 20;

  private static final int BUFFER = 1 << 16;
  private static final long MIN_LINE = 16L << 20;
  private static final long MAX_LINE = 1_500_000_000L;

  /** Lets few long lines at a time into the memory of a process that reads from many. */
  public interface LongLines {
    /**
     * Called when a line turns out to be long; may wait, or refuse with a {@code CairnException}.
     */
    void begin();

    /** Called when the next line is asked for, or nothing more is read. */
    void end();
  }

  private static final LongLines ANY =
      new LongLines() {
        @Override
        public void begin() {}

        @Override
        public void end() {}
      };

  private final InputStream in;
  private final long maxLine;
  private final LongLines longLines;
  private boolean inLongLine;
  private long number;

  public TransactionLines(InputStream in) {
    this(in, defaultMaxLine(), ANY);
  }

  public TransactionLines(InputStream in, long maxLine, LongLines longLines) {
    this.in = new BufferedInputStream(in, BUFFER);
    this.maxLine = maxLine;
    this.longLines = longLines;
  }

  /** An eighth of the memory that this program may use, in bytes. */
  public static long defaultMaxLine() {
    return Math.clamp(Runtime.getRuntime().maxMemory() / 8, MIN_LINE, MAX_LINE);
  }

  /** Number of the line that was read last, from 1. */
  @Override
  public long number() {
    return number;
  }

  /** Whether some of the next line is at hand without waiting. */
  public boolean available() throws IOException {
    return in.available() > 0;
  }

  /**
   * The next transaction; empty at the end.
   *
   * @throws MalformedInputException if the line is no transaction; the message does not name the
   *     line, {@link #number()} does
   */
  @Override
  public Optional<Transaction> next() throws IOException {
    return nextText().map(TransactionJson::parse);
  }

  /** The text of the next line, without its end; empty at the end of all. */
  public Optional<String> nextText() throws IOException {
    endLongLine();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = in.read();
    if (b < 0) {
      return Optional.empty();
    }
    number++;
    while (b >= 0 && b != '\n') {
      if (line.size() >= maxLine) {
        throw new MalformedInputException(
            "The line is longer than "
                + maxLine
                + " bytes, an eighth of the memory that this program may use");
      }
      if (line.size() == LONG_LINE) {
        longLines.begin();
        inLongLine = true;
      }
      line.write(b);
      b = in.read();
    }
    return Optional.of(text(line));
  }

  /** The transaction of the line that was read last has been dealt with. */
  public void endLongLine() {
    if (inLongLine) {
      inLongLine = false;
      longLines.end();
    }
  }

  private static String text(ByteArrayOutputStream line) {
    byte[] bytes = line.toByteArray();
    int length =
        bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedInputException("The line is not UTF-8", e);
    }
  }

  @Override
  public void close() throws IOException {
    endLongLine();
    in.close();
  }
}
