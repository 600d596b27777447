package dev.cairn.cli.input;

import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.TransactionJson;
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
 * must be UTF-8, and a line no longer than a part of the memory that there is.
 */
public final class TransactionLines implements Closeable {
  private static final int BUFFER = 1 << 16;
  private static final long MIN_LINE = 16L << 20;
  private static final long MAX_LINE = 1_500_000_000L;

  private final InputStream in;
  private final long maxLine;
  private long number;

  public TransactionLines(InputStream in) {
    this(in, Math.clamp(Runtime.getRuntime().maxMemory() / 8, MIN_LINE, MAX_LINE));
  }

  TransactionLines(InputStream in, long maxLine) {
    this.in = new BufferedInputStream(in, BUFFER);
    this.maxLine = maxLine;
  }

  /** Number of the line that was read last, from 1. */
  public long number() {
    return number;
  }

  /**
   * The next transaction; empty at the end.
   *
   * @throws MalformedInputException if the line is no transaction; the message does not name the
   *     line, {@link #number()} does
   */
  public Optional<Transaction> next() throws IOException {
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
      line.write(b);
      b = in.read();
    }
    return Optional.of(TransactionJson.parse(text(line)));
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
    in.close();
  }
}
