package dev.cairn.schemas.http;

/** The log's topic and its offsets: first that is there, and the one behind the last. */
public record LogExtent(String topic, long startOffset, long endOffset) {}
