package dev.cairn.schemas.http;

/** One event of an account: when in milliseconds since 1970, what, and details without secrets. */
public record AuditEntry(long time, String event, String detail) {}
