package dev.cairn.keyserver.engine;

import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.state.LiveTag;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a group makes of an object. */
final class ObjectState {
  final ObjectName name;
  final Group group;

  /** Absent if the group deletes it. */
  final Optional<Value> value;

  /** Its slices in order; none if the group deletes it. */
  final List<LiveTag> tags;

  /**
   * What it was before, as long as the group is not durable and the store may not know that either.
   */
  volatile @Nullable ObjectState previous;

  ObjectState(ObjectName name, Group group, Optional<Value> value, List<LiveTag> tags) {
    this.name = name;
    this.group = group;
    this.value = value;
    this.tags = tags;
  }
}
