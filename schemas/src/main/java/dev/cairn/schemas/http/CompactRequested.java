package dev.cairn.schemas.http;

/** A compaction was asked for under this id. */
public record CompactRequested(String jobId) {}
