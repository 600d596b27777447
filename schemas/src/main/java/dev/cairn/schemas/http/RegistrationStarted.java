package dev.cairn.schemas.http;

/** {@code response} is OPAQUE's RegistrationResponse; the user id is fresh. */
public record RegistrationStarted(String registrationId, String userId, String response) {}
