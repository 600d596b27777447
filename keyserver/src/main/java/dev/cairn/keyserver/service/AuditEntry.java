package dev.cairn.keyserver.service;

import java.time.Instant;

/** One line of an account's audit trail. */
public record AuditEntry(Instant time, String event, String detail) {}
