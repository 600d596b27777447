package dev.cairn.schemas.names;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys of stored objects. No part of a key comes unchecked from outside. */
public final class ObjectKeys {
  /** The file whose existence publishes a snapshot. */
  public static final String MANIFEST = "manifest.avro";

  private static final Pattern FILE =
      Pattern.compile(
          "manifest\\.avro|(segment|index)-[0-9]{5}-[0-9a-f]{16}\\.avro|base-[0-9a-f]{16}\\.avro");
  private static final Pattern SNAPSHOT_FILE =
      Pattern.compile(
          "users/([a-z2-7]{26})/([0-9]{1,10})/snapshots/([0-9]{20}-[0-9]{20}-[0-9a-f]{16})/([^/]+)");

  private static final Pattern ACCOUNT_OBJECT =
      Pattern.compile("accounts/([a-z2-7]{26})/account-([0-9]{20})");

  private static final Pattern ACCOUNT_SECRET =
      Pattern.compile("accounts/([a-z2-7]{26})/(bundle|opaque)-([0-9]{10})-[0-9a-f]{16}");

  /** A key taken apart. */
  public record SnapshotFileKey(
      String userId, int keyVersion, SnapshotDirectory directory, String file) {}

  private ObjectKeys() {}

  /** All of a user's objects, with a trailing slash. */
  public static String user(String userId) {
    return "users/" + Topics.requireUser(userId) + "/";
  }

  /** All snapshots of a key version, with a trailing slash. */
  public static String snapshots(String userId, int keyVersion) {
    if (keyVersion < 1) {
      throw new IllegalArgumentException("key versions start at 1");
    }
    return user(userId) + keyVersion + "/snapshots/";
  }

  /** One snapshot's directory, with a trailing slash. */
  public static String snapshot(String userId, int keyVersion, SnapshotDirectory directory) {
    return snapshots(userId, keyVersion) + directory.name() + "/";
  }

  /** One file of a snapshot. */
  public static String snapshotFile(
      String userId, int keyVersion, SnapshotDirectory directory, String file) {
    if (!isSnapshotFile(file)) {
      throw new IllegalArgumentException("not the name of a snapshot's file");
    }
    return snapshot(userId, keyVersion, directory) + file;
  }

  /** Name of a segment: number and the file's SHA-256 in hex. */
  public static String segmentFile(int number, String sha256Hex) {
    return numbered("segment", number, sha256Hex);
  }

  /** Name of a segment's index. */
  public static String indexFile(int number, String sha256Hex) {
    return numbered("index", number, sha256Hex);
  }

  /** Name of a base's manifest: the file's SHA-256 in hex, which the opening of its epoch names. */
  public static String baseFile(String sha256Hex) {
    return "base-" + prefix(sha256Hex) + ".avro";
  }

  /** Whether a name may stand in a snapshot's directory. */
  public static boolean isSnapshotFile(String file) {
    return FILE.matcher(file).matches();
  }

  /** Takes a snapshot file's key apart; empty when it is not one. */
  public static Optional<SnapshotFileKey> parseSnapshotFile(String key) {
    Matcher matcher = SNAPSHOT_FILE.matcher(key);
    if (!matcher.matches() || !isSnapshotFile(matcher.group(4))) {
      return Optional.empty();
    }
    long keyVersion = Long.parseLong(matcher.group(2));
    if (keyVersion < 1
        || keyVersion > Integer.MAX_VALUE
        || !Long.toString(keyVersion).equals(matcher.group(2))) {
      return Optional.empty();
    }
    return SnapshotDirectory.parse(matcher.group(3))
        .map(directory ->
            new SnapshotFileKey(matcher.group(1), (int) keyVersion, directory, matcher.group(4)));
  }

  /** Everything of one account, with a trailing slash. */
  public static String account(String userId) {
    return "accounts/" + Topics.requireUser(userId) + "/";
  }

  /** One version of an account's bundle. */
  public static String bundle(String userId, int version, String sha256Hex) {
    return account(userId) + "bundle-" + versioned(version, sha256Hex);
  }

  /** One version of an account's OPAQUE record. */
  public static String opaqueRecord(String userId, int version, String sha256Hex) {
    return account(userId) + "opaque-" + versioned(version, sha256Hex);
  }

  /** Everything of all accounts, with a trailing slash. */
  public static String accounts() {
    return "accounts/";
  }

  /** All revisions of an account's own object. */
  public static String accountObjects(String userId) {
    return account(userId) + "account-";
  }

  /** One revision of an account's own object. */
  public static String accountObject(String userId, long revision) {
    if (revision < 0) {
      throw new IllegalArgumentException("revisions are not negative");
    }
    return accountObjects(userId) + String.format(Locale.ROOT, "%020d", revision);
  }

  /** An account object's key taken apart. */
  public record AccountObjectKey(String userId, long revision) {}

  /** Takes an account object's key apart; empty when it is not one. */
  public static Optional<AccountObjectKey> parseAccountObject(String key) {
    Matcher matcher = ACCOUNT_OBJECT.matcher(key);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new AccountObjectKey(matcher.group(1), Long.parseLong(matcher.group(2))));
    } catch (NumberFormatException beyondLong) {
      return Optional.empty();
    }
  }

  /**
   * A login record's or a bundle's key taken apart.
   *
   * @param isBundle whether it is a bundle
   */
  public record AccountSecretKey(String userId, boolean isBundle, long version) {}

  /** Takes a login record's or a bundle's key apart; empty when it is neither. */
  public static Optional<AccountSecretKey> parseAccountSecret(String key) {
    Matcher matcher = ACCOUNT_SECRET.matcher(key);
    return matcher.matches()
        ? Optional.of(
            new AccountSecretKey(
                matcher.group(1),
                matcher.group(2).equals("bundle"),
                Long.parseLong(matcher.group(3))))
        : Optional.empty();
  }

  /** Checkpoints that a rebuild of the accounts has set aside, with a trailing slash. */
  public static String accountCheckpointsAside() {
    return "checkpoints/accounts-aside/";
  }

  /** Users whose log topics wait for being deleted, with a trailing slash. */
  public static String deletedLogs(String cell) {
    return "deleted/" + Topics.requireCell(cell) + "/";
  }

  /** A user whose log topic waits for being deleted. */
  public static String deletedLog(String cell, String userId) {
    return deletedLogs(cell) + Topics.requireUser(userId);
  }

  /** Checkpoints of the folded accounts, with a trailing slash. */
  public static String accountCheckpoints() {
    return "checkpoints/accounts/";
  }

  /** The checkpoint that holds everything before an offset of the accounts topic. */
  public static String accountCheckpoint(long offset) {
    return accountCheckpoints() + String.format(Locale.ROOT, "%020d", offset);
  }

  private static String versioned(int version, String sha256Hex) {
    return String.format(Locale.ROOT, "%010d-", version) + prefix(sha256Hex);
  }

  private static String numbered(String kind, int number, String sha256Hex) {
    if (number < 0 || number > 99_999) {
      throw new IllegalArgumentException("a snapshot has at most 100,000 segments");
    }
    return kind
        + "-"
        + String.format(Locale.ROOT, "%05d", number)
        + "-"
        + prefix(sha256Hex)
        + ".avro";
  }

  private static String prefix(String sha256Hex) {
    if (sha256Hex.length() != 64) {
      throw new IllegalArgumentException("a SHA-256 has 64 hex digits");
    }
    return sha256Hex.substring(0, 16);
  }
}
