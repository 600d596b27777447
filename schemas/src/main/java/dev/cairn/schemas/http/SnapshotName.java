package dev.cairn.schemas.http;

/** A published snapshot. */
public record SnapshotName(int keyVersion, String directory) {}
