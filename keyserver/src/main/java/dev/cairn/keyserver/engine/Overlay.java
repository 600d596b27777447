package dev.cairn.keyserver.engine;

import dev.cairn.keyserver.object.ObjectName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the store does not have yet. A reader looks here first and asks the store only if there is
 * nothing: an entry goes only after the store has it.
 *
 * <table>
 * <caption>Who sees an entry</caption>
 * <tr><th>group is</th><th>writer</th><th>readers</th></tr>
 * <tr><td>being sealed or written</td><td>yes</td><td>no: they see what was before</td></tr>
 * <tr><td>durable</td><td>yes</td><td>yes, all of the group at once</td></tr>
 * <tr><td>applied</td><td colspan="2">the store has it</td></tr>
 * </table>
 */
final class Overlay {
  private final ConcurrentHashMap<ObjectName, ObjectState> entries = new ConcurrentHashMap<>();

  /**
   * What the object will be when everything under way is durable; empty if the store knows. For the
   * writer.
   */
  Optional<ObjectState> newest(ObjectName name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** What the object durably is; empty if the store knows. */
  Optional<ObjectState> durable(ObjectName name) {
    @Nullable ObjectState state = entries.get(name);
    while (state != null) {
      @Nullable ObjectState before =
          state.previous; // first: it is dropped once the group is durable
      if (state.group.durable) {
        return Optional.of(state);
      }
      state = before;
    }
    return Optional.empty();
  }

  /** Adds what a group makes of an object. For the writer. */
  void add(ObjectState state) {
    state.previous = entries.get(state.name);
    entries.put(state.name, state);
  }

  /** Everything in the group is on disk. */
  void becameDurable(Group group) {
    group.durable = true;
    for (ObjectState state : group.states) {
      state.previous = null;
    }
  }

  /** The store has the group. */
  void applied(Group group) {
    group.applied = true;
    for (ObjectState state : group.states) {
      entries.remove(state.name, state);
    }
  }

  /** The groups never happened; all that came after them are among them. For the writer. */
  void revert(List<Group> newestFirst) {
    for (Group group : newestFirst) {
      for (int i = group.states.size() - 1; i >= 0; i--) {
        ObjectState state = group.states.get(i);
        @Nullable ObjectState before = state.previous;
        if (before == null || before.group.applied) {
          entries.remove(state.name, state);
        } else {
          entries.replace(state.name, state, before);
        }
      }
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }
}
