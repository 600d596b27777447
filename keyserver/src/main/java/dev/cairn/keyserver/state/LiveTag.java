package dev.cairn.keyserver.state;

import dev.cairn.crypto.Bytes;

/** One slice of an object that exists: what a new value replaces. */
public record LiveTag(Bytes tag, Bytes element) {}
