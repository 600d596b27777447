package dev.cairn.provider.store;

import java.time.Instant;

/** What storage knows of an object: its key, size in bytes, and when it was last written. */
public record ObjectStat(String key, long size, Instant lastModified) {}
