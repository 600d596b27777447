package dev.cairn.keyserver;

import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;

/** Gives an object a value, whether it existed or not. */
public record Put(ObjectName name, Value value) implements Change {}
