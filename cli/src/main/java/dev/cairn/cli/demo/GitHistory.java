package dev.cairn.cli.demo;

import dev.cairn.cli.output.Figures;
import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A repository's history: each commit along the first parents is one transaction, which puts the
 * files that it changed and deletes those that it removed. A path is the id of an object, a file's
 * content its value.
 */
final class GitHistory implements History {
  private static final String FILES = "files";

  /** Of paths that are not UTF-8, which a name must be: each byte as one character. */
  private static final String OTHER_FILES = "files-latin1";

  private static final String GITLINK = "160000";

  private final GitCommand git;
  private final Path scratch;
  private final String head;
  private final List<String> commits;
  private final String description;

  private GitHistory(
      GitCommand git, Path scratch, String head, List<String> commits, String description) {
    this.git = git;
    this.scratch = scratch;
    this.head = head;
    this.commits = commits;
    this.description = description;
  }

  /**
   * Opens a repository at its current commit.
   *
   * @throws GitCommand.GitFailedException if it is none, or has no commit
   */
  static GitHistory of(Path directory, Path scratch) throws IOException {
    GitCommand git = new GitCommand(directory);
    String head = ascii(git.output("rev-parse", "--verify", "HEAD^{commit}")).strip();
    List<String> commits =
        ascii(git.output("rev-list", "--first-parent", "--reverse", "--parents", head))
            .lines()
            .map(GitHistory::withFirstParent)
            .toList();
    return new GitHistory(
        git,
        scratch,
        head,
        commits,
        "git history of "
            + directory.toAbsolutePath().normalize()
            + ": "
            + Figures.count(commits.size())
            + (commits.size() == 1 ? " commit" : " commits")
            + " up to "
            + head.substring(0, 12));
  }

  /** A commit and the parent that it is compared with, if it has one. */
  private static String withFirstParent(String line) {
    String[] parts = line.split(" ", -1);
    return parts.length > 1 ? parts[0] + " " + parts[1] : parts[0];
  }

  private static String ascii(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public long size() {
    return commits.size();
  }

  @Override
  public Reading open() throws IOException {
    Path input = Files.createTempFile(scratch, "commits-", ".txt");
    Files.write(input, commits, StandardCharsets.US_ASCII);
    return new Differences(
        git.stream(input, "diff-tree", "--stdin", "-r", "-z", "--root", "--no-renames", "--always"),
        git.blobs());
  }

  private static ObjectName name(byte[] path) {
    try {
      return new ObjectName(
          FILES, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(path)).toString());
    } catch (CharacterCodingException e) {
      return new ObjectName(OTHER_FILES, new String(path, StandardCharsets.ISO_8859_1));
    }
  }

  /** A file's content; of a submodule, the commit that it is at. */
  private static byte[] content(GitCommand.Blobs blobs, String mode, String objectId)
      throws IOException {
    return mode.equals(GITLINK)
        ? objectId.getBytes(StandardCharsets.US_ASCII)
        : blobs.read(objectId);
  }

  /**
   * Reads what {@code git diff-tree --stdin -z} prints: a commit, then pairs of change and path.
   */
  private static final class Differences implements Reading {
    private final InputStream in;
    private final GitCommand.Blobs blobs;
    private boolean started;
    private boolean ended;

    Differences(InputStream in, GitCommand.Blobs blobs) {
      this.in = in;
      this.blobs = blobs;
    }

    @Override
    public Optional<Transaction> next() throws IOException {
      if (!started) {
        started = true;
        if (GitCommand.untilZero(in).isEmpty()) {
          return Optional.empty();
        }
      } else if (ended) {
        return Optional.empty();
      }
      Transaction.Builder transaction = Transaction.builder();
      while (true) {
        Optional<byte[]> token = GitCommand.untilZero(in);
        if (token.isEmpty()) {
          ended = true;
          return Optional.of(transaction.build());
        }
        String text = ascii(token.get());
        if (!text.startsWith(":")) {
          return Optional.of(transaction.build());
        }
        String[] change = text.substring(1).split(" ", -1);
        byte[] path =
            GitCommand.untilZero(in)
                .orElseThrow(() -> new IOException("git broke off in a change"));
        if (change.length != 5) {
          throw new IOException("git printed something unknown: " + text);
        }
        ObjectName name = name(path);
        if (change[4].startsWith("D")) {
          transaction.delete(name.collection(), name.id());
        } else {
          transaction.put(
              name.collection(),
              name.id(),
              Value.bytes(Bytes.wrap(content(blobs, change[1], change[3]))));
        }
      }
    }

    @Override
    public void close() throws IOException {
      blobs.close();
      in.close();
    }
  }

  @Override
  public Comparison compare(Keyserver state) throws IOException {
    Set<ObjectName> expected = new TreeSet<>();
    long bytes = 0;
    String what = "files of commit " + head.substring(0, 12) + " as git itself has them";
    try (InputStream tree =
            new ByteArrayInputStream(git.output("ls-tree", "-r", "-z", "--full-tree", head));
        GitCommand.Blobs blobs = git.blobs()) {
      for (Optional<byte[]> entry = GitCommand.untilZero(tree);
          entry.isPresent();
          entry = GitCommand.untilZero(tree)) {
        TreeEntry file = TreeEntry.parse(entry.get());
        ObjectName name = name(file.path().toByteArray());
        expected.add(name);
        Bytes truth = Bytes.wrap(content(blobs, file.mode(), file.objectId()));
        bytes += truth.size();
        Optional<Value> found = state.get(name.collection(), name.id());
        if (found.isEmpty()) {
          return new Comparison(what, 0, 0, Optional.of(name.id() + " is missing"));
        }
        if (!found.get().equals(Value.bytes(truth))) {
          return new Comparison(what, 0, 0, Optional.of(name.id() + " has other bytes"));
        }
      }
    }
    for (ObjectName name : state.list(Optional.empty())) {
      if (!name.collection().equals(Marks.COLLECTION) && !expected.contains(name)) {
        return new Comparison(what, 0, 0, Optional.of(name.id() + " should not be there"));
      }
    }
    return new Comparison(what, expected.size(), bytes, Optional.empty());
  }

  /** {@code <mode> <type> <object>TAB<path>}. */
  private record TreeEntry(String mode, String objectId, Bytes path) {
    static TreeEntry parse(byte[] line) throws IOException {
      int tab = 0;
      while (tab < line.length && line[tab] != '\t') {
        tab++;
      }
      String[] parts = new String(line, 0, tab, StandardCharsets.US_ASCII).split(" ", -1);
      if (parts.length != 3 || tab == line.length) {
        throw new IOException("git printed something unknown");
      }
      byte[] path = new byte[line.length - tab - 1];
      System.arraycopy(line, tab + 1, path, 0, path.length);
      return new TreeEntry(parts[0], parts[2], Bytes.wrap(path));
    }
  }
}
