package dev.cairn.schemas.wire;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which id to write for a record type, and which type an id means. Immutable and thread-safe.
 *
 * <p>Resolution is local: the built-in ids, then the ids that a registry assigned when the services
 * registered their schemas, then an {@link IdLookup} where one is given. An id that is none of
 * these says nothing, and the reader tries the types that may stand in that place; this is safe
 * because what is signed covers every field, so that a record read under the wrong schema fails its
 * signature.
 */
public final class SchemaIds {
  private static final SchemaIds BUILT_IN = new SchemaIds(Map.of(), IdLookup.NONE);

  private final Map<RecordType, Integer> assigned = new EnumMap<>(RecordType.class);
  private final Map<Integer, RecordType> types = new HashMap<>();

  private final IdLookup lookup;

  private SchemaIds(Map<RecordType, Integer> assigned, IdLookup lookup) {
    this.lookup = lookup;
    for (RecordType type : RecordType.values()) {
      types.put(type.builtInId(), type);
    }
    assigned.forEach((type, id) -> {
      this.assigned.put(type, id);
      types.putIfAbsent(id, type);
    });
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
    Map<RecordType, Integer> assigned = new EnumMap<>(RecordType.class);
    idsBySubject.forEach(
        (subject, id) -> RecordType.ofSubject(subject).ifPresent(type -> assigned.put(type, id)));
    return new SchemaIds(assigned, IdLookup.NONE);
  }

  /** These ids, with something to ask about those that are not known here. */
  public SchemaIds withLookup(IdLookup other) {
    return new SchemaIds(assigned, other);
  }

  /** The id to write. */
  public int idOf(RecordType type) {
    Integer id = assigned.get(type);
    return id == null ? type.builtInId() : id;
  }

  /** What an id that was read means, where that is known. */
  public Optional<RecordType> typeOf(int id) {
    RecordType known = types.get(id);
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
