package dev.cairn.keyserver.state;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Elements;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.MalformedLayoutException;
import dev.cairn.crypto.ObjectSlice;
import dev.cairn.crypto.SealedSlice;
import dev.cairn.crypto.SealingContext;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.ValueKind;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.SnapshotEntry;
import dev.cairn.keyserver.error.IntegrityException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The live state sealed anew for another epoch, in a database beside the store. It is brought up to
 * date by comparing elements, which stand for one version of one slice each: what was sealed
 * survives a crash, and what changed since is found whenever it is looked for. It never changes the
 * store.
 *
 * <table>
 * <caption>Tables</caption>
 * <tr><th>table</th><th>rows</th></tr>
 * <tr><td>target</td><td>one: for which epoch and key version, and what the entries fold to</td></tr>
 * <tr><td>base</td><td>one for each live slice: the element that it has in the store, the entry that it becomes</td></tr>
 * <tr><td>cuts</td><td>one for each segment: its first possible tag, and whether it must be written</td></tr>
 * </table>
 *
 * <p>Not thread-safe.
 */
public final class SealedBase implements AutoCloseable {
  private static final int BATCH = 256;
  private static final int PARALLEL_FROM = 32;

  /** What the state is sealed for. */
  public record Target(UserId userId, int keyVersion, long epoch) {}

  /**
   * What one round did.
   *
   * @param sealed slices
   * @param removed slices that are not live any more, or live in another version
   * @param complete whether nothing is left to do as of the state that the round saw
   */
  public record Round(long sealed, long removed, boolean complete) {}

  private final Connection connection;
  private final Target target;
  private StateAccumulator accumulator;
  private long tags;

  private SealedBase(
      Connection connection, Target target, StateAccumulator accumulator, long tags) {
    this.connection = connection;
    this.target = target;
    this.accumulator = accumulator;
    this.tags = tags;
  }

  /**
   * Opens what there is for that target, or begins anew: what is there for another one is removed.
   *
   * @param file of this database
   * @param store of the live state
   */
  public static SealedBase open(Path file, Path store, Target target) {
    Optional<SealedBase> existing = openExisting(file, store);
    if (existing.isPresent()) {
      if (existing.get().target.equals(target)) {
        return existing.get();
      }
      existing.get().close();
    }
    remove(file);
    return create(file, store, target);
  }

  /** Opens what there is, if there is anything. */
  public static Optional<SealedBase> openExisting(Path file, Path store) {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try {
      Connection connection = connect(file, store);
      boolean done = false;
      try (Statement statement = connection.createStatement();
          ResultSet tables =
              statement.executeQuery(
                  "SELECT count(*) FROM main.sqlite_master WHERE name IN"
                      + " ('target','base','cuts')")) {
        if (!tables.next() || tables.getInt(1) != 3) {
          return Optional.empty();
        }
        Optional<SealedBase> base = read(connection);
        done = base.isPresent();
        return base;
      } finally {
        if (!done) {
          connection.close();
        }
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Opening what is sealed anew", e);
    }
  }

  private static Optional<SealedBase> read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT user_id, key_version, epoch, accumulator, tags FROM main.target")) {
      if (!rows.next()) {
        return Optional.empty();
      }
      return Optional.of(
          new SealedBase(
              connection,
              new Target(UserId.parse(rows.getString(1)), rows.getInt(2), rows.getLong(3)),
              StateAccumulator.fromBytes(Bytes.wrap(rows.getBytes(4))),
              rows.getLong(5)));
    }
  }

  private static SealedBase create(Path file, Path store, Target target) {
    try {
      Connection connection = connect(file, store);
      SealedBase base = new SealedBase(connection, target, new StateAccumulator(), 0);
      boolean done = false;
      try (Statement statement = connection.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        statement.execute(
            "CREATE TABLE main.target(one INTEGER PRIMARY KEY CHECK(one = 1), user_id TEXT NOT"
                + " NULL, key_version INTEGER NOT NULL, epoch INTEGER NOT NULL, accumulator BLOB"
                + " NOT NULL, tags INTEGER NOT NULL)");
        statement.execute(
            "CREATE TABLE main.base(tag BLOB NOT NULL, old_element BLOB NOT NULL, element BLOB NOT"
                + " NULL, sequence INTEGER NOT NULL, sealed BLOB NOT NULL)");
        statement.execute("CREATE UNIQUE INDEX main.base_by_tag ON base(tag)");
        statement.execute("CREATE UNIQUE INDEX main.base_by_element ON base(old_element)");
        statement.execute(
            "CREATE TABLE main.cuts(number INTEGER PRIMARY KEY, low BLOB NOT NULL, dirty INTEGER"
                + " NOT NULL, files TEXT NOT NULL)");
        base.writeTarget();
        statement.execute("COMMIT");
        done = true;
        return base;
      } finally {
        if (!done) {
          connection.close();
        }
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Making room for what is sealed anew", e);
    }
  }

  private static Connection connect(Path file, Path store) throws SQLException {
    Connection connection = Database.connect(file);
    boolean done = false;
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=1");
      statement.execute("PRAGMA busy_timeout=10000");
      try (PreparedStatement attach = connection.prepareStatement("ATTACH ? AS live")) {
        attach.setString(1, store.toAbsolutePath().toString());
        attach.execute();
      }
      done = true;
      return connection;
    } finally {
      if (!done) {
        connection.close();
      }
    }
  }

  private static void remove(Path file) {
    try {
      for (String suffix : List.of("", "-wal", "-shm")) {
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException("What was sealed anew before cannot be removed", e);
    }
  }

  public Target target() {
    return target;
  }

  /** Entries. */
  public long tags() {
    return tags;
  }

  /** Size of all entries' sealed bytes. */
  public long sealedBytes() {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT coalesce(sum(length(sealed)), 0) FROM main.base")) {
      return rows.next() ? rows.getLong(1) : 0;
    } catch (SQLException e) {
      throw SqlFailures.of("Reading what is sealed anew", e);
    }
  }

  /** What the entries fold to. */
  public StateAccumulator accumulator() {
    return accumulator.copy();
  }

  /**
   * Compares with the live state as it is now, and seals what differs.
   *
   * @param keys of the target's key version
   * @param most slices that are sealed before this returns
   */
  public Round bring(KeyRing keys, int most) {
    if (keys.keyVersion() != target.keyVersion()) {
      throw new IllegalArgumentException(
          "Keys of version " + keys.keyVersion() + " do not seal for " + target);
    }
    StateAccumulator before = accumulator.copy();
    long tagsBefore = tags;
    boolean done = false;
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN"); // the first read of the store fixes the state that all see
      long removed = removeStale(statement);
      List<Long> missing = missing(statement, most);
      sealAll(keys, missing);
      writeTarget();
      statement.execute("COMMIT");
      done = true;
      return new Round(missing.size(), removed, missing.size() < most);
    } catch (SQLException e) {
      throw SqlFailures.of("Sealing the state anew", e);
    } finally {
      if (!done) {
        accumulator = before;
        tags = tagsBefore;
        rollBack();
      }
    }
  }

  private void rollBack() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      throw SqlFailures.of("Taking back what was sealed anew", e);
    }
  }

  private long removeStale(Statement statement) throws SQLException {
    List<Bytes> stale = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT tag, element FROM main.base"
                + " WHERE old_element NOT IN (SELECT element FROM live.slices)")) {
      while (rows.next()) {
        stale.add(Bytes.wrap(rows.getBytes(1)));
        accumulator.subtract(Bytes.wrap(rows.getBytes(2)));
      }
    }
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM main.base WHERE tag=?")) {
      for (Bytes tag : stale) {
        delete.setBytes(1, tag.toByteArray());
        delete.executeUpdate();
        touch(tag);
      }
    }
    tags -= stale.size();
    return stale.size();
  }

  private static List<Long> missing(Statement statement, int most) throws SQLException {
    List<Long> rowids = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT rowid FROM live.slices WHERE element NOT IN (SELECT old_element FROM main.base)"
                + " LIMIT "
                + most)) {
      while (rows.next()) {
        rowids.add(rows.getLong(1));
      }
    }
    return rowids;
  }

  private record Live(Bytes oldElement, long sequence, ObjectSlice slice) {}

  private record Resealed(Live live, SealedSlice sealed, Bytes element) {}

  private void sealAll(KeyRing keys, List<Long> rowids) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT element, sequence, collection, id, slice, slices, kind, length, content"
                    + " FROM live.slices WHERE rowid=?");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO main.base(tag, old_element, element, sequence, sealed)"
                    + " VALUES(?,?,?,?,?)")) {
      List<Live> batch = new ArrayList<>(BATCH);
      for (long rowid : rowids) {
        select.setLong(1, rowid);
        try (ResultSet rows = select.executeQuery()) {
          if (!rows.next()) {
            throw new IllegalStateException("A row left a state that is fixed");
          }
          batch.add(live(rows));
        }
        if (batch.size() == BATCH) {
          seal(keys, batch, insert);
        }
      }
      seal(keys, batch, insert);
    }
  }

  private static Live live(ResultSet rows) throws SQLException {
    try {
      return new Live(
          Bytes.wrap(rows.getBytes(1)),
          rows.getLong(2),
          new ObjectSlice(
              ValueKind.of(rows.getInt(7)),
              new String(rows.getBytes(3), StandardCharsets.UTF_8),
              new String(rows.getBytes(4), StandardCharsets.UTF_8),
              rows.getInt(5),
              rows.getInt(6),
              rows.getLong(8),
              Bytes.wrap(rows.getBytes(9))));
    } catch (MalformedLayoutException | IllegalArgumentException e) {
      throw new IntegrityException(
          "An object in the store is damaged ("
              + e.getMessage()
              + "): the state cannot be uploaded anew. What is backed up is safe: recover into a"
              + " new home",
          e);
    }
  }

  private void seal(KeyRing keys, List<Live> batch, PreparedStatement insert) throws SQLException {
    List<Resealed> sealed =
        batch.size() < PARALLEL_FROM
            ? batch.stream().map(live -> seal(keys, live)).toList()
            : batch.parallelStream().map(live -> seal(keys, live)).toList();
    for (Resealed each : sealed) {
      insert.setBytes(1, each.sealed().tag().toByteArray());
      insert.setBytes(2, each.live().oldElement().toByteArray());
      insert.setBytes(3, each.element().toByteArray());
      insert.setLong(4, each.live().sequence());
      insert.setBytes(5, each.sealed().sealed().toByteArray());
      insert.executeUpdate();
      accumulator.add(each.element());
      tags++;
      touch(each.sealed().tag());
    }
    batch.clear();
  }

  private Resealed seal(KeyRing keys, Live live) {
    SealedSlice sealed =
        keys.sealer()
            .seal(
                new SealingContext(
                    target.userId(), target.keyVersion(), target.epoch(), live.sequence()),
                live.slice());
    return new Resealed(
        live,
        sealed,
        Elements.element(
            target.userId(),
            target.keyVersion(),
            target.epoch(),
            live.sequence(),
            sealed.tag(),
            sealed.sealed()));
  }

  private void writeTarget() throws SQLException {
    try (PreparedStatement write =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO main.target(one, user_id, key_version, epoch, accumulator,"
                + " tags) VALUES(1,?,?,?,?,?)")) {
      write.setString(1, target.userId().value());
      write.setInt(2, target.keyVersion());
      write.setLong(3, target.epoch());
      write.setBytes(4, accumulator.toBytes().toByteArray());
      write.setLong(5, tags);
      write.executeUpdate();
    }
  }

  // ---- segments

  /**
   * Entries that make one segment.
   *
   * @param low its first possible tag; empty for the first one
   * @param dirty whether it is not what the files say
   * @param files what was written of it, in the words of whoever wrote it; empty for nothing
   */
  public record Cut(int number, Bytes low, boolean dirty, String files) {}

  /** All cuts, in order. */
  public List<Cut> cuts() {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT number, low, dirty, files FROM main.cuts ORDER BY number")) {
      List<Cut> cuts = new ArrayList<>();
      while (rows.next()) {
        cuts.add(
            new Cut(
                rows.getInt(1),
                Bytes.wrap(rows.getBytes(2)),
                rows.getInt(3) != 0,
                rows.getString(4)));
      }
      return cuts;
    } catch (SQLException e) {
      throw SqlFailures.of("Reading what is sealed anew", e);
    }
  }

  /** Cuts all entries anew, into pieces of about that many sealed bytes; all are dirty. */
  public void cut(long bytes) {
    try (Statement statement = connection.createStatement()) {
      List<Bytes> lows = new ArrayList<>();
      long size = 0;
      try (ResultSet rows =
          statement.executeQuery("SELECT tag, length(sealed) FROM main.base ORDER BY tag")) {
        while (rows.next()) {
          if (lows.isEmpty() || size >= bytes) {
            lows.add(lows.isEmpty() ? Bytes.EMPTY : Bytes.wrap(rows.getBytes(1)));
            size = 0;
          }
          size += rows.getLong(2);
        }
      }
      statement.execute("BEGIN IMMEDIATE");
      statement.execute("DELETE FROM main.cuts");
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO main.cuts(number, low, dirty, files) VALUES(?,?,1,'')")) {
        for (int i = 0; i < lows.size(); i++) {
          insert.setInt(1, i);
          insert.setBytes(2, lows.get(i).toByteArray());
          insert.executeUpdate();
        }
      }
      statement.execute("COMMIT");
    } catch (SQLException e) {
      throw SqlFailures.of("Cutting what is sealed anew", e);
    }
  }

  private void touch(Bytes tag) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE main.cuts SET dirty=1 WHERE number="
                + "(SELECT max(number) FROM main.cuts WHERE low<=?)")) {
      update.setBytes(1, tag.toByteArray());
      update.executeUpdate();
    }
  }

  /** A cut was written. */
  public void written(int number, String files) {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE main.cuts SET dirty=0, files=? WHERE number=?")) {
      update.setString(1, files);
      update.setInt(2, number);
      update.executeUpdate();
    } catch (SQLException e) {
      throw SqlFailures.of("Noting what is written", e);
    }
  }

  /** Every cut must be written again, with the same entries. */
  public void touchAll() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("UPDATE main.cuts SET dirty=1");
    } catch (SQLException e) {
      throw SqlFailures.of("Noting what is to be written", e);
    }
  }

  /** Entries from {@code low} (inclusive) to {@code high} (exclusive; absent: to the end). */
  public void forEach(Bytes low, Optional<Bytes> high, Consumer<LiveEntry> action) {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT tag, element, sequence, sealed FROM main.base WHERE tag>=?"
                + (high.isPresent() ? " AND tag<?" : "")
                + " ORDER BY tag")) {
      select.setBytes(1, low.toByteArray());
      if (high.isPresent()) {
        select.setBytes(2, high.get().toByteArray());
      }
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          action.accept(
              new LiveEntry(
                  new SnapshotEntry(
                      Bytes.wrap(rows.getBytes(1)),
                      target.epoch(),
                      rows.getLong(3),
                      Bytes.wrap(rows.getBytes(4))),
                  Bytes.wrap(rows.getBytes(2))));
        }
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Reading what is sealed anew", e);
    }
  }

  /** Makes everything so far survive a loss of power. */
  public void force() {
    try {
      Database.checkpoint(connection);
    } catch (SQLException e) {
      throw SqlFailures.of("Forcing what is sealed anew to disk", e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw SqlFailures.of("Closing what is sealed anew", e);
    }
  }
}
