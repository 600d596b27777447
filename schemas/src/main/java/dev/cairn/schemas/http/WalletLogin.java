package dev.cairn.schemas.http;

/**
 * A login by a wallet.
 *
 * @param identity the name that the account is found by: a username, or an address
 * @param wallet the challenge, signed
 */
public record WalletLogin(String identity, WalletProof wallet) {}
