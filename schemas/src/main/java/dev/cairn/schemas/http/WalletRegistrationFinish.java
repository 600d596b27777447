package dev.cairn.schemas.http;

import java.util.Optional;

/**
 * {@code wallet} is the signed challenge, {@code bundle} the wrapped backup key in wire format,
 * {@code recoveryPublicKey} what a printed recovery key logs in by.
 */
public record WalletRegistrationFinish(
    String registrationId,
    WalletProof wallet,
    String bundle,
    String authorPublicKey,
    Optional<String> recoveryPublicKey) {}
