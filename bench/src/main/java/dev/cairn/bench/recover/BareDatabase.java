package dev.cairn.bench.recover;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/** As many rows of that size into SQLite as a recovery stores, and nothing else. */
final class BareDatabase {
  private static final int GROUP = 1_000;
  private static final int TAG = 32;

  private BareDatabase() {}

  /** Seconds. */
  static double load(Path file, int rows, int size) throws SQLException {
    Random random = new Random(1);
    byte[] value = new byte[size];
    random.nextBytes(value);
    long began = System.nanoTime();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      try (Statement pragma = connection.createStatement()) {
        pragma.execute("PRAGMA journal_mode=OFF");
        pragma.execute("PRAGMA synchronous=OFF");
        pragma.execute("CREATE TABLE object (tag BLOB PRIMARY KEY, value BLOB NOT NULL)");
      }
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO object VALUES (?, ?)")) {
        for (int row = 0; row < rows; row++) {
          byte[] tag = new byte[TAG]; // its own for each row: a batch keeps the reference
          for (int i = 0; i < 4; i++) {
            tag[i] = (byte) (row >>> (24 - 8 * i));
          }
          insert.setBytes(1, tag);
          insert.setBytes(2, value);
          insert.addBatch();
          if (row % GROUP == GROUP - 1) {
            insert.executeBatch();
          }
        }
        insert.executeBatch();
      }
      connection.commit();
    }
    return (System.nanoTime() - began) / 1e9;
  }
}
