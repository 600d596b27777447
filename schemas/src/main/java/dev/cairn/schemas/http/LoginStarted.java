package dev.cairn.schemas.http;

/** {@code ke2} is OPAQUE's KE2; the guess has been counted. */
public record LoginStarted(String sessionId, String ke2) {}
