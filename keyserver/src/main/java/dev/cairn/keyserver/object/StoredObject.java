package dev.cairn.keyserver.object;

/** An object as it is now. */
public record StoredObject(ObjectName name, Value value) {}
