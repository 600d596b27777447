package dev.cairn.recovery.access;

import dev.cairn.crypto.Bytes;

/** What the headers of a signed request say; nothing of it is proven yet. */
public record SignedHeaders(int keyVersion, Bytes nonce, long expiry, Bytes signature) {}
