package dev.cairn.cli.output;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a command reads and writes; always UTF-8, whatever the platform thinks.
 *
 * @param in standard input
 * @param out standard output: results only
 * @param err standard error: everything else
 * @param terminalIn whether a person types at {@code in}
 * @param terminalOut whether a person looks at {@code out}
 * @param terminalErr whether a person looks at {@code err}
 */
public record Streams(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminalIn,
    boolean terminalOut,
    boolean terminalErr) {
  private static final int BUFFER = 1 << 16;

  /** Those of this process. The launcher says what is a terminal; without it the JVM is asked. */
  public static Streams ofProcess() {
    boolean interactive = isInteractive(System.console());
    return new Streams(
        new FileInputStream(FileDescriptor.in),
        print(new FileOutputStream(FileDescriptor.out)),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        said("cairn.terminal.in", interactive),
        said("cairn.terminal.out", interactive),
        said("cairn.terminal.err", interactive));
  }

  private static PrintStream print(OutputStream out) {
    return new PrintStream(new BufferedOutputStream(out, BUFFER), false, StandardCharsets.UTF_8);
  }

  private static boolean said(String property, boolean otherwise) {
    String value = System.getProperty(property);
    return value == null ? otherwise : value.equals("true");
  }

  /** From JDK 22 on there is a console without a terminal, and a method that tells. */
  private static boolean isInteractive(@Nullable Console console) {
    if (console == null) {
      return false;
    }
    try {
      return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
    } catch (NoSuchMethodException before22) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }

  /** Writes bytes as they are. */
  public void write(byte[] bytes) {
    out.write(bytes, 0, bytes.length);
  }

  /** Writes a line. */
  public void line(String text) {
    out.print(text);
    out.print('\n');
  }

  /**
   * Makes sure that everything written so far has arrived.
   *
   * @throws IOException if it has not: nobody reads it any more, or the disk is full
   */
  public void flushed() throws IOException {
    if (out.checkError()) {
      throw new IOException("standard output does not take any more");
    }
  }
}
