package dev.cairn.schemas.http;

/**
 * A challenge, signed by a wallet.
 *
 * @param kind {@code eip4361}, or {@code eip712}
 * @param message the text that was signed, or the typed data as JSON
 * @param signature {@code r ‖ s ‖ v}, 65 bytes in hex
 */
public record WalletProof(String kind, String message, String signature) {}
