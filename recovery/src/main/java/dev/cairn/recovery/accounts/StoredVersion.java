package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;

/** Which version of a stored object is in force, and the SHA-256 that its bytes must have. */
public record StoredVersion(int version, Bytes digest) {}
