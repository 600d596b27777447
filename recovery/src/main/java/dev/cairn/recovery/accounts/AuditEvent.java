package dev.cairn.recovery.accounts;

/** One line of an owner's audit trail; the time is the broker's, in milliseconds since 1970. */
public record AuditEvent(long time, String event, String detail) {}
