package dev.cairn.schemas.wire;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which id to write for a record type, and which type an id means. Thread-safe; immutable, but for
 * those that are made to {@linkplain #learning learn}.
 *
 * <p>Resolution is local: the built-in ids, then the ids that a registry assigned when the services
 * registered their schemas, then an {@link IdLookup} where one is given. An id that is none of
 * these says nothing, and the reader tries the types that may stand in that place; this is safe
 * because what is signed covers every field, so that a record read under the wrong schema fails its
 * signature.
 */
public final class SchemaIds {
  private static final SchemaIds BUILT_IN = new SchemaIds(Map.of(), IdLookup.NONE, false);

  private final boolean learns;
  private final IdLookup lookup;
  private volatile Assignment assignment;

  /** What a registry assigned, in both directions; never changed once it is here. */
  private record Assignment(Map<RecordType, Integer> assigned, Map<Integer, RecordType> types) {
    static Assignment of(Map<RecordType, Integer> assigned) {
      Map<Integer, RecordType> types = new HashMap<>();
      for (RecordType type : RecordType.values()) {
        types.put(type.builtInId(), type);
      }
      assigned.forEach((type, id) -> types.putIfAbsent(id, type));
      return new Assignment(Map.copyOf(assigned), Map.copyOf(types));
    }
  }

  private SchemaIds(Map<RecordType, Integer> assigned, IdLookup lookup, boolean learns) {
    this.learns = learns;
    this.lookup = lookup;
    this.assignment = Assignment.of(assigned);
  }

  /** Ids that need no registry. */
  public static SchemaIds builtIn() {
    return BUILT_IN;
  }

  /**
   * Ids that a registry assigned, by subject; subjects that are not ours are passed over, types
   * that are not named keep their built-in id.
   */
  public static SchemaIds ofSubjects(Map<String, Integer> idsBySubject) {
    return new SchemaIds(ours(idsBySubject), IdLookup.NONE, false);
  }

  /** The same, and ids that a registry assigns later can be {@linkplain #learn learnt}. */
  public static SchemaIds learning(Map<String, Integer> idsBySubject) {
    return new SchemaIds(ours(idsBySubject), IdLookup.NONE, true);
  }

  /**
   * From now on these ids are written; types that are not named keep what they have.
   *
   * @return whether that changes anything
   * @throws IllegalStateException unless these were made to learn
   */
  public synchronized boolean learn(Map<String, Integer> idsBySubject) {
    if (!learns) {
      throw new IllegalStateException("these ids never change");
    }
    Map<RecordType, Integer> assigned = new EnumMap<>(RecordType.class);
    assigned.putAll(assignment.assigned());
    assigned.putAll(ours(idsBySubject));
    boolean changes = !assigned.equals(assignment.assigned());
    if (changes) {
      assignment = Assignment.of(assigned);
    }
    return changes;
  }

  private static Map<RecordType, Integer> ours(Map<String, Integer> idsBySubject) {
    Map<RecordType, Integer> assigned = new EnumMap<>(RecordType.class);
    // A built-in id says that no registry was asked, and must not replace one that it gave before.
    idsBySubject.forEach((subject, id) ->
        RecordType.ofSubject(subject)
            .filter(type -> type.builtInId() != id)
            .ifPresent(type -> assigned.put(type, id)));
    return assigned;
  }

  /** These ids, with something to ask about those that are not known here. */
  public SchemaIds withLookup(IdLookup other) {
    return new SchemaIds(assignment.assigned(), other, learns);
  }

  /** The id to write. */
  public int idOf(RecordType type) {
    Integer id = assignment.assigned().get(type);
    return id == null ? type.builtInId() : id;
  }

  /** What an id that was read means, where that is known. */
  public Optional<RecordType> typeOf(int id) {
    RecordType known = assignment.types().get(id);
    return known == null ? lookup.typeOf(id) : Optional.of(known);
  }

  /** The ids to write, by subject. */
  public Map<String, Integer> bySubject() {
    Map<String, Integer> ids = new HashMap<>();
    for (RecordType type : RecordType.values()) {
      ids.put(type.subject(), idOf(type));
    }
    return Map.copyOf(ids);
  }
}
