package dev.cairn.keyserver.state;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.ObjectSlice;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.error.IntegrityException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Changes the stored state, tag by tag. What comes between two {@link #commit}s is one SQL
 * transaction: a crash leaves all of it or nothing. Not thread-safe; a store has one.
 */
public final class StateWriter {
  private static final String COLUMNS =
      "tag, element, epoch, sequence, collection, id, slice, slices, kind, length, content";

  private final Connection connection;
  private final Statement control;
  private final PreparedStatement insert;
  private final PreparedStatement update;
  private final PreparedStatement delete;
  private final PreparedStatement depart;
  private final PreparedStatement forget;
  private final PreparedStatement elementOf;
  private final PreparedStatement writePoint;
  private final UserId userId;
  private long objects;
  private long objectsAtCommit;
  private long objectsAtMark;
  private boolean begun;
  private boolean mayHaveDeparted = true;
  private boolean marked;

  StateWriter(Connection connection, UserId userId, long objects) throws SQLException {
    this.connection = connection;
    this.userId = userId;
    this.objects = objects;
    this.objectsAtCommit = objects;
    this.control = connection.createStatement();
    this.insert =
        connection.prepareStatement(
            "INSERT INTO slices(" + COLUMNS + ") VALUES(?,?,?,?,?,?,?,?,?,?,?)");
    this.update =
        connection.prepareStatement(
            "UPDATE slices SET element=?, epoch=?, sequence=?, slices=?, kind=?, length=?,"
                + " content=? WHERE tag=?");
    this.delete =
        connection.prepareStatement(
            "DELETE FROM slices WHERE tag=? RETURNING slice, collection, id");
    this.depart =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO departed(tag, collection, id, record_index) VALUES(?,?,?,?)");
    this.forget = connection.prepareStatement("DELETE FROM departed WHERE record_index<=?");
    this.elementOf = connection.prepareStatement("SELECT element FROM slices WHERE tag=?");
    this.writePoint =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO point(one, user_id, key_version, epoch, record_index, head,"
                + " sequence, accumulator, tags, objects) VALUES(1,?,?,?,?,?,?,?,?,?)");
  }

  /**
   * Puts a slice whose tag is not there yet.
   *
   * @throws IntegrityException if it is
   */
  public void insert(StoredSlice stored) {
    try {
      begin();
      ObjectSlice slice = stored.slice();
      insert.setBytes(1, stored.tag().toByteArray());
      insert.setBytes(2, stored.element().toByteArray());
      insert.setLong(3, stored.epoch());
      insert.setLong(4, stored.sequence());
      insert.setBytes(5, slice.collection().getBytes(StandardCharsets.UTF_8));
      insert.setBytes(6, slice.id().getBytes(StandardCharsets.UTF_8));
      insert.setInt(7, slice.slice());
      insert.setInt(8, slice.slices());
      insert.setInt(9, slice.kind().code());
      insert.setLong(10, slice.totalLength());
      insert.setBytes(11, slice.content().toByteArray());
      insert.executeUpdate();
      if (slice.slice() == 0) {
        objects++;
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Storing an object", e);
    }
  }

  /**
   * Puts a slice over the one of the same tag.
   *
   * @throws IntegrityException if there is none
   */
  public void replace(StoredSlice stored) {
    try {
      begin();
      ObjectSlice slice = stored.slice();
      update.setBytes(1, stored.element().toByteArray());
      update.setLong(2, stored.epoch());
      update.setLong(3, stored.sequence());
      update.setInt(4, slice.slices());
      update.setInt(5, slice.kind().code());
      update.setLong(6, slice.totalLength());
      update.setBytes(7, slice.content().toByteArray());
      update.setBytes(8, stored.tag().toByteArray());
      if (update.executeUpdate() != 1) {
        throw new IntegrityException(
            "A record replaces a tag that is not in the store. What is backed up is safe: recover"
                + " into a new home");
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Storing an object", e);
    }
  }

  /**
   * Removes a tag. The name of an object that goes is kept until {@link #forgetDeparted}: the
   * record that deletes it holds only the tag.
   *
   * @param index of the record that removes it
   * @throws IntegrityException if it is not there
   */
  public void remove(Bytes tag, long index) {
    try {
      begin();
      byte[] key = tag.toByteArray();
      delete.setBytes(1, key);
      boolean object;
      try (ResultSet rows = delete.executeQuery()) {
        if (!rows.next()) {
          throw new IntegrityException(
              "A record deletes a tag that is not in the store. What is backed up is safe: recover"
                  + " into a new home");
        }
        object = rows.getInt(1) == 0;
        if (object) {
          depart.setBytes(1, key);
          depart.setBytes(2, rows.getBytes(2));
          depart.setBytes(3, rows.getBytes(3));
          depart.setLong(4, index);
        }
      }
      if (object) {
        depart.executeUpdate();
        objects--;
        mayHaveDeparted = true;
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Removing an object", e);
    }
  }

  /** The element of a live tag, with everything written so far. */
  public Optional<Bytes> element(Bytes tag) {
    try {
      elementOf.setBytes(1, tag.toByteArray());
      try (ResultSet rows = elementOf.executeQuery()) {
        return rows.next() ? Optional.of(Bytes.wrap(rows.getBytes(1))) : Optional.empty();
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Reading the store", e);
    }
  }

  /** Forgets the names of objects that records up to this one removed. */
  public void forgetDeparted(long upToIndex) {
    if (!mayHaveDeparted) {
      return;
    }
    try {
      begin();
      forget.setLong(1, upToIndex);
      forget.executeUpdate();
      try (ResultSet rows = control.executeQuery("SELECT EXISTS(SELECT 1 FROM departed)")) {
        mayHaveDeparted = rows.next() && rows.getInt(1) == 1;
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Writing to the store", e);
    }
  }

  /**
   * What follows belongs to a transaction that may have to be discarded: one that does not end in
   * its record. Until it is kept or discarded nothing can be committed.
   */
  public void beginUnfinished() {
    run("SAVEPOINT unfinished");
    marked = true;
    objectsAtMark = objects;
  }

  /** The unfinished transaction has ended well. */
  public void keepUnfinished() {
    if (marked) {
      run("RELEASE unfinished");
      marked = false;
    }
  }

  /** The unfinished transaction never happened. */
  public void discardUnfinished() {
    if (marked) {
      run("ROLLBACK TO unfinished");
      run("RELEASE unfinished");
      objects = objectsAtMark;
      marked = false;
    }
  }

  /** Whether a transaction is unfinished. */
  public boolean hasUnfinished() {
    return marked;
  }

  /**
   * Makes everything since the last commit one SQL transaction, together with the point that it
   * leads to.
   *
   * @throws IllegalStateException if a transaction is unfinished
   */
  public void commit(StatePoint point) {
    if (marked) {
      throw new IllegalStateException(
          "A transaction is unfinished: its operations must not be committed alone");
    }
    try {
      begin();
      writePoint.setString(1, userId.value());
      writePoint.setInt(2, point.keyVersion());
      writePoint.setLong(3, point.epoch());
      writePoint.setLong(4, point.index());
      writePoint.setBytes(5, point.head().toByteArray());
      writePoint.setLong(6, point.sequence());
      writePoint.setBytes(7, point.accumulator().toByteArray());
      writePoint.setLong(8, point.tags());
      writePoint.setLong(9, objects);
      writePoint.executeUpdate();
      control.execute("COMMIT");
      begun = false;
      objectsAtCommit = objects;
    } catch (SQLException e) {
      throw SqlFailures.of("Committing to the store", e);
    }
  }

  /**
   * Goes over to a base: every slice keeps its content and takes the tag and the element that it
   * was sealed anew with, and the store stands at that point; all of it or nothing. Nothing may be
   * uncommitted.
   *
   * @param base the database of a {@link SealedBase}, brought up to this very state
   * @throws IntegrityException if it is of another state
   */
  public void adopt(Path base, StatePoint point) {
    if (begun) {
      throw new IllegalStateException("Something is not committed yet");
    }
    try (PreparedStatement attach = connection.prepareStatement("ATTACH ? AS sealed")) {
      attach.setString(1, base.toAbsolutePath().toString());
      attach.execute();
      try {
        adopt(point);
      } finally {
        rollback();
        control.execute("DETACH sealed");
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Going over to what was sealed anew", e);
    }
  }

  private void adopt(StatePoint point) throws SQLException {
    begin();
    try (PreparedStatement adopt =
        connection.prepareStatement(
            "UPDATE slices SET tag=b.tag, element=b.element, epoch=? FROM sealed.base AS b"
                + " WHERE b.old_element=slices.element")) {
      adopt.setLong(1, point.epoch());
      long adopted = adopt.executeUpdate();
      long live;
      try (ResultSet rows = control.executeQuery("SELECT count(*) FROM slices")) {
        live = rows.next() ? rows.getLong(1) : -1;
      }
      if (adopted != point.tags() || live != point.tags()) {
        throw new IntegrityException(
            "The store has "
                + live
                + " entries, "
                + adopted
                + " of them were sealed anew, and "
                + point.tags()
                + " were signed: they do not belong together. Recover into a new home");
      }
    }
    commit(point);
  }

  /**
   * Ends the SQL transaction without a point: for a bulk load, of which nothing counts before its
   * end.
   */
  void flush() {
    if (begun) {
      run("COMMIT");
      begun = false;
    }
  }

  /** Objects with everything written so far. */
  public long objects() {
    return objects;
  }

  /** Takes back everything since the last commit. */
  public void rollback() {
    if (begun) {
      run("ROLLBACK");
    }
    begun = false;
    marked = false;
    objects = objectsAtCommit;
  }

  private void begin() throws SQLException {
    if (!begun) {
      control.execute("BEGIN IMMEDIATE");
      begun = true;
    }
  }

  private void run(String sql) {
    try {
      if (!sql.equals("ROLLBACK")) {
        begin();
      }
      control.execute(sql);
    } catch (SQLException e) {
      throw SqlFailures.of("Writing to the store", e);
    }
  }

  boolean checkpoint() {
    if (begun) {
      return false;
    }
    try {
      return Database.checkpoint(connection);
    } catch (SQLException e) {
      throw SqlFailures.of("Checkpointing the store", e);
    }
  }

  void close() throws SQLException {
    rollback();
    for (Statement statement :
        new Statement[] {control, insert, update, delete, depart, forget, elementOf, writePoint}) {
      statement.close();
    }
  }
}
