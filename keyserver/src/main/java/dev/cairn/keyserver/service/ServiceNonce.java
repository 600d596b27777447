package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;

/**
 * A number of the service, for one signature.
 *
 * @param value 32 bytes
 * @param expiryMillis milliseconds since 1970, signed along
 */
public record ServiceNonce(Bytes value, long expiryMillis) {}
