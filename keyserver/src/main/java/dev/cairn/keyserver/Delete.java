package dev.cairn.keyserver;

import dev.cairn.keyserver.object.ObjectName;

/** Removes an object; nothing happens if it does not exist. */
public record Delete(ObjectName name) implements Change {}
