package dev.cairn.keyserver.state;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.error.IntegrityException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads where a store stands while another process has it open. */
public final class StatePeek {
  private StatePeek() {}

  /** Where the store stands now. */
  public static StatePoint point(Path file, UserId userId) {
    try (Connection connection = Database.connect(file)) {
      Database.configureReader(connection);
      try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT user_id, key_version, epoch, record_index, head, sequence, accumulator,"
                      + " tags FROM point");
          ResultSet rows = statement.executeQuery()) {
        if (!rows.next() || !rows.getString(1).equals(userId.value())) {
          throw new IntegrityException("The store " + file + " is not the store of " + userId);
        }
        return new StatePoint(
            rows.getInt(2),
            rows.getLong(3),
            rows.getLong(4),
            Bytes.wrap(rows.getBytes(5)),
            rows.getLong(6),
            Bytes.wrap(rows.getBytes(7)),
            rows.getLong(8));
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Reading the store " + file, e);
    }
  }
}
