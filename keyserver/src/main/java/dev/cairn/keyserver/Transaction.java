package dev.cairn.keyserver;

import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes that take effect together or not at all, in order: of several changes of one object the
 * last one counts. Immutable.
 */
public final class Transaction {
  private static final int CHANGE_OVERHEAD = 64;

  private final List<Change> changes;
  private final long bytes;

  private Transaction(List<Change> changes) {
    this.changes = List.copyOf(changes);
    long sum = 0;
    for (Change change : this.changes) {
      sum +=
          CHANGE_OVERHEAD
              + change.name().collection().length()
              + change.name().id().length()
              + switch (change) {
                case Put put -> put.value().content().size();
                case Delete delete -> 0;
              };
    }
    this.bytes = sum;
  }

  /** A transaction of these changes. */
  public static Transaction of(List<? extends Change> changes) {
    return new Transaction(List.copyOf(changes));
  }

  /** A transaction of these changes. */
  public static Transaction of(Change... changes) {
    return new Transaction(List.of(changes));
  }

  /** Starts an empty one. */
  public static Builder builder() {
    return new Builder();
  }

  /** The changes in order. */
  public List<Change> changes() {
    return changes;
  }

  /** About how many bytes it takes, for bounds. */
  public long bytes() {
    return bytes;
  }

  /** The number of changes, never their content. */
  @Override
  public String toString() {
    return "Transaction(" + changes.size() + " changes, about " + bytes + " bytes)";
  }

  /** Collects changes. Not thread-safe. */
  public static final class Builder {
    private final List<Change> changes = new ArrayList<>();

    private Builder() {}

    /** Adds a put of bytes, which are copied. */
    public Builder put(String collection, String id, byte[] value) {
      return put(collection, id, Value.bytes(value));
    }

    /**
     * Adds a put of one JSON value, kept as this very text.
     *
     * @throws MalformedInputException if the text is not one JSON value
     */
    public Builder putJson(String collection, String id, String json) {
      return put(collection, id, Value.json(json));
    }

    /** Adds a put. */
    public Builder put(String collection, String id, Value value) {
      changes.add(new Put(new ObjectName(collection, id), value));
      return this;
    }

    /** Adds a delete. */
    public Builder delete(String collection, String id) {
      changes.add(new Delete(new ObjectName(collection, id)));
      return this;
    }

    /** The transaction of everything added so far. */
    public Transaction build() {
      return new Transaction(changes);
    }
  }
}
