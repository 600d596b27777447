package dev.cairn.schemas.http;

/** {@code ke3} is OPAQUE's KE3. */
public record LoginFinish(String sessionId, String ke3) {}
