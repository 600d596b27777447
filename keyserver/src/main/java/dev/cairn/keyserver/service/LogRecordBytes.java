package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;

/**
 * One record as it stands in the log.
 *
 * @param offset its place
 * @param value its bytes
 */
public record LogRecordBytes(long offset, Bytes value) {}
