package dev.cairn.provider.config;

import java.time.Duration;

/**
 * When a user's log is compacted: bytes since the snapshot reach {@code max(minBytes, ratio × size
 * of the snapshot)}, or records, or age.
 */
public record CompactionPolicy(long minBytes, double ratio, long records, Duration age) {}
