package dev.cairn.crypto.bundle;

import dev.cairn.crypto.Bytes;

/**
 * The backup keys, wrapped once. Any bytes make a value: {@link KeyWraps#unwrap} judges them.
 *
 * @param kind where the key-encryption key comes from
 * @param parameters versioned parameters of the secret; for a wallet, the exact bytes that it
 *     signed
 * @param commitment 32 bytes that commit to the key-encryption key
 * @param nonce 24 bytes
 * @param sealed ciphertext ‖ mac(16)
 */
public record KeyWrap(
    WrapKind kind, Bytes parameters, Bytes commitment, Bytes nonce, Bytes sealed) {}
