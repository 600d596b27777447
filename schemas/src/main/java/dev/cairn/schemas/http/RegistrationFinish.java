package dev.cairn.schemas.http;

/**
 * {@code record} is OPAQUE's RegistrationRecord, {@code bundle} the wrapped backup key in wire
 * format.
 */
public record RegistrationFinish(
    String registrationId, String record, String bundle, String authorPublicKey, KsfInfo ksf) {}
