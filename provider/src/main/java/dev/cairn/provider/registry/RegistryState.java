package dev.cairn.provider.registry;

import java.util.Locale;

/** How a service stands with its schema registry. */
public enum RegistryState {
  /** None is configured: records carry the built-in ids. */
  NONE,
  /** It knows our schemas, and records carry its ids. */
  KNOWN,
  /** It has not answered yet: records carry the built-in ids, and it is asked again. */
  UNREACHABLE,
  /** It answered no after the start: records carry the built-in ids, and it is asked again. */
  REFUSED;

  /** As a label of a metric. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
