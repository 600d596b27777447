package dev.cairn.schemas.http;

import java.util.List;

/** An account's events, oldest first, as far back as they are kept. */
public record AuditTrail(List<AuditEntry> entries) {
  public AuditTrail {
    entries = List.copyOf(entries);
  }
}
