package dev.cairn.schemas.http;

/** A password as the service keeps it: {@code record} is OPAQUE's RegistrationRecord, base64url. */
public record PasswordRecord(String record, KsfInfo ksf) {}
