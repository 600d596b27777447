package dev.cairn.recovery.access;

import dev.cairn.crypto.Bytes;

/** What a signature covers of a request: method, path with its query, and SHA-256 of the body. */
public record RequestTarget(String method, String path, Bytes bodyHash) {}
