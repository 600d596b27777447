package dev.cairn.provider.config;

import java.util.Locale;

/** Who may make an account. Accounts that exist are served under each. */
public enum Registration {
  /** Anybody. */
  OPEN,
  /** Nobody. */
  CLOSED,
  /** Who brings the code of an invitation; each is good for one account. */
  INVITATION;

  /** As it stands in a file. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Registration of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
