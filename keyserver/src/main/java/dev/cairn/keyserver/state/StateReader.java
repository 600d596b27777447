package dev.cairn.keyserver.state;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedLayoutException;
import dev.cairn.crypto.ValueKind;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.StoredObject;
import dev.cairn.keyserver.object.Value;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One connection that only reads. Every call sees one state of the store. Not thread-safe. */
final class StateReader implements AutoCloseable {
  private static final String OBJECT =
      "SELECT collection, id, slice, slices, kind, length, content FROM slices ";

  private final Connection connection;
  private final PreparedStatement byName;
  private final PreparedStatement liveTags;

  StateReader(Connection connection) throws SQLException {
    this.connection = connection;
    this.byName =
        connection.prepareStatement(OBJECT + "WHERE collection=? AND id=? ORDER BY slice");
    this.liveTags =
        connection.prepareStatement(
            "SELECT tag, element FROM slices WHERE collection=? AND id=? ORDER BY slice");
  }

  Optional<Value> get(ObjectName name) throws SQLException {
    byName.setBytes(1, utf8(name.collection()));
    byName.setBytes(2, utf8(name.id()));
    try (ResultSet rows = byName.executeQuery()) {
      return rows.next() ? Optional.of(value(rows)) : Optional.empty();
    }
  }

  /** The slices of an object in order; none if there is no such object. */
  List<LiveTag> liveTags(ObjectName name) throws SQLException {
    liveTags.setBytes(1, utf8(name.collection()));
    liveTags.setBytes(2, utf8(name.id()));
    try (ResultSet rows = liveTags.executeQuery()) {
      if (!rows.next()) {
        return List.of();
      }
      LiveTag first = new LiveTag(Bytes.wrap(rows.getBytes(1)), Bytes.wrap(rows.getBytes(2)));
      if (!rows.next()) {
        return List.of(first);
      }
      List<LiveTag> all = new ArrayList<>();
      all.add(first);
      do {
        all.add(new LiveTag(Bytes.wrap(rows.getBytes(1)), Bytes.wrap(rows.getBytes(2))));
      } while (rows.next());
      return all;
    }
  }

  /** The name of an object that was removed lately, by the tag of its first slice. */
  Optional<ObjectName> departed(Bytes tag) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT collection, id FROM departed WHERE tag=?")) {
      statement.setBytes(1, tag.toByteArray());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(name(rows)) : Optional.empty();
      }
    }
  }

  void names(Optional<String> collection, Consumer<ObjectName> action) throws SQLException {
    String where = collection.isPresent() ? "AND collection=? " : "";
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT collection, id FROM slices WHERE slice=0 "
                + where
                + "ORDER BY collection, id")) {
      if (collection.isPresent()) {
        statement.setBytes(1, utf8(collection.get()));
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          action.accept(name(rows));
        }
      }
    }
  }

  void objects(Consumer<StoredObject> action) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(OBJECT + "ORDER BY collection, id, slice");
        ResultSet rows = statement.executeQuery()) {
      boolean more = rows.next();
      while (more) {
        ObjectName name = name(rows);
        int slices = rows.getInt(4);
        action.accept(new StoredObject(name, slices == 1 ? single(rows) : value(rows)));
        more = rows.next();
      }
    }
  }

  /** Reads one object from its first row on, and stays on its last row. */
  private static Value value(ResultSet rows) throws SQLException {
    int slices = rows.getInt(4);
    if (rows.getInt(3) != 0) {
      throw broken("its first slice is missing");
    }
    if (slices == 1) {
      return single(rows);
    }
    long length = rows.getLong(6);
    if (length > Integer.MAX_VALUE - 8) {
      throw new IntegrityException("A value of " + length + " bytes does not fit into memory");
    }
    ValueKind kind = kind(rows);
    byte[] joined = new byte[(int) length];
    int at = 0;
    for (int slice = 0; slice < slices; slice++) {
      if (slice > 0 && !rows.next()) {
        throw broken("it ends after " + slice + " of " + slices + " slices");
      }
      byte[] part = rows.getBytes(7);
      if (rows.getInt(3) != slice || part.length > joined.length - at) {
        throw broken("slice " + slice + " of " + slices + " does not fit");
      }
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    if (at != joined.length) {
      throw broken("its slices have " + at + " of " + length + " bytes");
    }
    return new Value(kind, Bytes.wrap(joined));
  }

  private static Value single(ResultSet rows) throws SQLException {
    if (rows.getInt(3) != 0) {
      throw broken("its first slice is missing");
    }
    return new Value(kind(rows), Bytes.wrap(rows.getBytes(7)));
  }

  private static ValueKind kind(ResultSet rows) throws SQLException {
    try {
      return ValueKind.of(rows.getInt(5));
    } catch (MalformedLayoutException e) {
      throw broken("it is of no known kind");
    }
  }

  private static ObjectName name(ResultSet rows) throws SQLException {
    return new ObjectName(
        new String(rows.getBytes(1), StandardCharsets.UTF_8),
        new String(rows.getBytes(2), StandardCharsets.UTF_8));
  }

  private static IntegrityException broken(String what) {
    return new IntegrityException(
        "An object in the store is damaged: "
            + what
            + ". What is backed up is safe: recover into a new home");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws SQLException {
    byName.close();
    liveTags.close();
    connection.close();
  }
}
