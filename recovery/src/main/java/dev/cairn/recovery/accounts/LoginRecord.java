package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;

/**
 * A login between its two messages. The server's state is sealed under the token key, which is not
 * in Kafka: any instance can finish it, and a reader of the topic cannot.
 */
public record LoginRecord(Bytes lookupKey, Bytes sealedState, long expiresAt) {}
