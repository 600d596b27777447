package dev.cairn.keyserver.state;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * How our SQLite databases are laid out and opened. Every setting is read back: one that is
 * silently ignored would cost durability or speed.
 *
 * <table>
 * <caption>Settings</caption>
 * <tr><th>pragma</th><th>value</th><th>why</th></tr>
 * <tr><td>page_size</td><td>4096</td><td>larger pages are slower under random writes</td></tr>
 * <tr><td>journal_mode</td><td>WAL</td><td>readers never wait for the writer</td></tr>
 * <tr><td>synchronous</td><td>NORMAL</td><td>a loss of power may take back the last transactions, never tear one; the
 * commit files bring them again</td></tr>
 * <tr><td>wal_autocheckpoint</td><td>32000</td><td>few, large checkpoints</td></tr>
 * </table>
 */
final class Database {
  static final int PAGE_SIZE = 4096;
  static final int CHECKPOINT_PAGES = 32_000;
  static final int FORMAT_VERSION = 1;
  private static final int APPLICATION_ID = 0x43_61_69_72; // "Cair"
  private static final int BUSY_MILLIS = 10_000;

  private Database() {}

  static Connection connect(Path file) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath());
  }

  /** Lays out a new database; nothing of it is durable before {@link #configure}. */
  static void create(Connection connection) throws SQLException {
    set(connection, "page_size", Integer.toString(PAGE_SIZE));
    set(connection, "journal_mode", "OFF");
    set(connection, "synchronous", "OFF");
    set(connection, "application_id", Integer.toString(APPLICATION_ID));
    set(connection, "user_version", Integer.toString(FORMAT_VERSION));
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE slices("
              + "tag BLOB NOT NULL, element BLOB NOT NULL, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL,"
              + " collection BLOB NOT NULL, id BLOB NOT NULL, slice INTEGER NOT NULL, slices INTEGER NOT NULL,"
              + " kind INTEGER NOT NULL, length INTEGER NOT NULL, content BLOB NOT NULL)");
      statement.execute("CREATE UNIQUE INDEX slices_by_tag ON slices(tag)");
      statement.execute(
          "CREATE TABLE point("
              + "one INTEGER PRIMARY KEY CHECK(one = 1), user_id TEXT NOT NULL, key_version INTEGER NOT NULL,"
              + " epoch INTEGER NOT NULL, record_index INTEGER NOT NULL, head BLOB NOT NULL,"
              + " sequence INTEGER NOT NULL, accumulator BLOB NOT NULL, tags INTEGER NOT NULL,"
              + " objects INTEGER NOT NULL)");
      statement.execute(
          "CREATE TABLE departed("
              + "tag BLOB PRIMARY KEY, collection BLOB NOT NULL, id BLOB NOT NULL, record_index INTEGER NOT NULL)");
    }
  }

  /** Names come unsorted in a bulk load, so their index is built after it, sorted. */
  static void indexNames(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE UNIQUE INDEX IF NOT EXISTS slices_by_name ON slices(collection, id, slice)");
    }
  }

  /** Goes over to the settings of daily use, and forces everything to disk. */
  static void configure(Connection connection) throws SQLException {
    check(connection, "application_id", Integer.toString(APPLICATION_ID));
    check(connection, "user_version", Integer.toString(FORMAT_VERSION));
    check(connection, "page_size", Integer.toString(PAGE_SIZE));
    set(connection, "journal_mode", "WAL");
    set(connection, "synchronous", "1");
    set(connection, "wal_autocheckpoint", Integer.toString(CHECKPOINT_PAGES));
    set(connection, "busy_timeout", Integer.toString(BUSY_MILLIS));
    set(connection, "cache_size", "-32768");
  }

  static void configureReader(Connection connection) throws SQLException {
    set(connection, "busy_timeout", Integer.toString(BUSY_MILLIS));
    set(connection, "query_only", "1");
  }

  private static void set(Connection connection, String pragma, String value) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA " + pragma + "=" + value);
    }
    check(connection, pragma, value);
  }

  private static void check(Connection connection, String pragma, String value)
      throws SQLException {
    String found = read(connection, pragma);
    boolean off = pragma.equals("synchronous") && value.equals("OFF") && found.equals("0");
    if (!off && !found.toLowerCase(Locale.ROOT).equals(value.toLowerCase(Locale.ROOT))) {
      throw new SQLException("PRAGMA " + pragma + " is " + found + " and must be " + value);
    }
  }

  /** What a setting of this connection is now. */
  static String read(Connection connection, String pragma) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA " + pragma)) {
      if (!rows.next()) {
        throw new SQLException("PRAGMA " + pragma + " says nothing");
      }
      return rows.getString(1);
    }
  }

  /**
   * Moves the write-ahead log into the database file, and forces it.
   *
   * @return whether all of it was moved
   */
  static boolean checkpoint(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("PRAGMA wal_checkpoint(PASSIVE)");
        ResultSet rows = statement.executeQuery()) {
      if (!rows.next()) {
        return false;
      }
      return rows.getInt(1) == 0 && rows.getInt(2) == rows.getInt(3);
    }
  }
}
