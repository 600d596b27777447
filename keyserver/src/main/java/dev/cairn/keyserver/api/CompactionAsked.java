package dev.cairn.keyserver.api;

import java.util.Optional;

/**
 * A compaction was asked for.
 *
 * @param jobId name of the job at the provider
 * @param snapshot the snapshot of what was backed up, if it was waited for
 */
public record CompactionAsked(String jobId, Optional<String> snapshot) {}
