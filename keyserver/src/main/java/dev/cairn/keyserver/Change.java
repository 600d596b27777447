package dev.cairn.keyserver;

import dev.cairn.keyserver.object.ObjectName;

/** One change within a transaction. */
public sealed interface Change permits Put, Delete {
  /** What changes. */
  ObjectName name();
}
