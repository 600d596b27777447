package dev.cairn.cli.demo;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The {@code git} program on one repository. */
final class GitCommand {
  private static final int END_SECONDS = 60;
  private static final int MAX_COMPLAINT = 4096;

  private final Path directory;

  GitCommand(Path directory) {
    this.directory = directory;
  }

  /** Git said no, or is not there; the message is its own. */
  static final class GitFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    GitFailedException(String message) {
      super(message);
    }
  }

  private ProcessBuilder builder(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    // A hook or a worktree of the caller must not turn this to another repository.
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  private static Process start(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new GitFailedException("git cannot be run: " + e.getMessage());
    }
  }

  /** Runs it to its end and gives its output. */
  byte[] output(String... arguments) throws IOException {
    Process process = start(builder(List.of(arguments)).redirectErrorStream(false));
    process.getOutputStream().close();
    Complaint complaint = Complaint.of(process);
    byte[] out = process.getInputStream().readAllBytes();
    end(process, complaint);
    return out;
  }

  /** Runs it with a file as its input; the stream ends with an exception if git fails. */
  InputStream stream(Path input, String... arguments) throws IOException {
    Process process = start(builder(List.of(arguments)).redirectInput(input.toFile()));
    Complaint complaint = Complaint.of(process);
    return new BufferedInputStream(process.getInputStream(), 1 << 16) {
      @Override
      public void close() throws IOException {
        process.destroy();
        super.close();
      }

      @Override
      public int read() throws IOException {
        int b = super.read();
        if (b < 0) {
          end(process, complaint);
        }
        return b;
      }

      @Override
      public int read(byte[] target, int from, int length) throws IOException {
        int count = super.read(target, from, length);
        if (count < 0) {
          end(process, complaint);
        }
        return count;
      }
    };
  }

  /** What a process says on standard error, collected beside it so that it never blocks. */
  private record Complaint(Thread reader, ByteArrayOutputStream text) {
    static Complaint of(Process process) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      Thread reader =
          Thread.ofPlatform()
              .daemon()
              .name("git-stderr")
              .start(() -> {
                try (InputStream in = process.getErrorStream()) {
                  byte[] part = new byte[512];
                  for (int n = in.read(part); n >= 0; n = in.read(part)) {
                    if (text.size() < MAX_COMPLAINT) {
                      text.write(part, 0, n);
                    }
                  }
                } catch (IOException gone) {
                  text.writeBytes("(unreadable)".getBytes(StandardCharsets.UTF_8));
                }
              });
      return new Complaint(reader, text);
    }

    String said() throws InterruptedException {
      reader.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
      return text.toString(StandardCharsets.UTF_8).strip();
    }
  }

  private static void end(Process process, Complaint complaint) throws IOException {
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new GitFailedException("git does not end");
      }
      if (process.exitValue() != 0) {
        throw new GitFailedException("git says: " + complaint.said());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new GitFailedException("interrupted while git ran");
    }
  }

  /** Reads objects through one process. */
  Blobs blobs() throws IOException {
    return new Blobs(start(builder(List.of("cat-file", "--batch"))));
  }

  /** {@code git cat-file --batch}. Not thread-safe. */
  static final class Blobs implements AutoCloseable {
    private final Process process;
    private final OutputStream requests;
    private final InputStream answers;

    private Blobs(Process process) {
      this.process = process;
      this.requests = new BufferedOutputStream(process.getOutputStream());
      this.answers = new BufferedInputStream(process.getInputStream(), 1 << 16);
      Complaint.of(process);
    }

    /** The bytes of a blob. */
    byte[] read(String objectId) throws IOException {
      requests.write((objectId + "\n").getBytes(StandardCharsets.US_ASCII));
      requests.flush();
      String[] header = line().split(" ", -1);
      if (header.length != 3 || !header[1].equals("blob")) {
        throw new GitFailedException("git has no blob " + objectId);
      }
      int size = Integer.parseInt(header[2]);
      byte[] content = answers.readNBytes(size);
      if (content.length != size || answers.read() != '\n') {
        throw new EOFException("git broke off in blob " + objectId);
      }
      return content;
    }

    private String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = answers.read(); b != '\n'; b = answers.read()) {
        if (b < 0) {
          throw new EOFException("git ended early");
        }
        line.write(b);
      }
      return line.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  /** Reads up to a zero byte; empty at the end. */
  static Optional<byte[]> untilZero(InputStream in) throws IOException {
    int b = in.read();
    if (b < 0) {
      return Optional.empty();
    }
    ByteArrayOutputStream token = new ByteArrayOutputStream();
    while (b > 0) {
      token.write(b);
      b = in.read();
    }
    if (b < 0) {
      throw new EOFException("git broke off");
    }
    return Optional.of(token.toByteArray());
  }
}
