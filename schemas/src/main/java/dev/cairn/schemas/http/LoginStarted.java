package dev.cairn.schemas.http;

/**
 * {@code ke2} is OPAQUE's KE2; the guess has been counted, and so many are left before answers are
 * delayed.
 */
public record LoginStarted(String sessionId, String ke2, int attemptsLeft) {}
