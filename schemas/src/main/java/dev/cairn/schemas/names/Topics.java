package dev.cairn.schemas.names;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Topic names. A cell is 1 to 32 characters of {@code [a-z0-9-]}; a user id 26 of {@code [a-z2-7]}.
 */
public final class Topics {
  private static final Pattern CELL = Pattern.compile("[a-z0-9-]{1,32}");
  private static final Pattern USER = Pattern.compile("[a-z2-7]{26}");
  private static final Pattern LOG =
      Pattern.compile("cairn\\.log\\.([a-z0-9-]{1,32})\\.([a-z2-7]{26})");

  /** A user's log and the cell that watches it. */
  public record LogName(String cell, String userId) {
    public LogName {
      requireCell(cell);
      requireUser(userId);
    }
  }

  private Topics() {}

  /** The one topic of a user's log. */
  public static String log(String cell, String userId) {
    return "cairn.log." + requireCell(cell) + "." + requireUser(userId);
  }

  /** Matches the log topics of a cell, and nothing else. */
  public static Pattern logPattern(String cell) {
    return Pattern.compile("cairn\\.log\\." + Pattern.quote(requireCell(cell)) + "\\.[a-z2-7]{26}");
  }

  /** Requests for compaction in a cell. */
  public static String jobs(String cell) {
    return "cairn.jobs." + requireCell(cell);
  }

  /** What compactions in a cell came to. */
  public static String snapshots(String cell) {
    return "cairn.snapshots." + requireCell(cell);
  }

  /** Commands of all accounts. */
  public static String accounts() {
    return "cairn.accounts";
  }

  /** Kafka Streams application, and so consumer group, of a cell's tracker. */
  public static String trackerApplication(String cell) {
    return "cairn-compactor-" + requireCell(cell);
  }

  /** Consumer group of a cell's workers. */
  public static String workerGroup(String cell) {
    return "cairn-workers-" + requireCell(cell);
  }

  /** Memberless group whose offsets show each user's uncompacted records as lag. */
  public static String compactedGroup(String cell) {
    return "cairn-compacted-" + requireCell(cell);
  }

  /** Reads a log topic's name back. */
  public static Optional<LogName> parseLog(String topic) {
    Matcher matcher = LOG.matcher(topic);
    return matcher.matches()
        ? Optional.of(new LogName(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  static String requireCell(String cell) {
    if (!CELL.matcher(cell).matches()) {
      throw new IllegalArgumentException("not a cell name: 1 to 32 of a-z, 0-9 and '-'");
    }
    return cell;
  }

  static String requireUser(String userId) {
    if (!USER.matcher(userId).matches()) {
      throw new IllegalArgumentException("not a user id: 26 of a-z and 2-7");
    }
    return userId;
  }
}
