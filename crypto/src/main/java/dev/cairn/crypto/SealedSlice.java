package dev.cairn.crypto;

/**
 * One slice as it is published.
 *
 * @param tag 32 bytes
 * @param sealed {@code nonce(24) ‖ ciphertext ‖ mac(16)}
 */
public record SealedSlice(Bytes tag, Bytes sealed) {}
