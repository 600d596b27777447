package dev.cairn.schemas.http;

/** A nonce for one signed request: 32 bytes, and when it expires in milliseconds since 1970. */
public record NonceIssued(String nonce, long expiry) {}
