package dev.cairn.schemas.http;

/** Asks for a registration; {@code request} is OPAQUE's RegistrationRequest. */
public record RegistrationStart(String username, String request) {}
