package dev.cairn.schemas.http;

import java.util.Optional;

/**
 * {@code record} is OPAQUE's RegistrationRecord, {@code bundle} the wrapped backup key in wire
 * format, {@code recoveryPublicKey} what a printed recovery key logs in by.
 */
public record RegistrationFinish(
    String registrationId,
    String record,
    String bundle,
    String authorPublicKey,
    KsfInfo ksf,
    Optional<String> recoveryPublicKey) {}
