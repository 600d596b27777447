package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import java.util.Optional;

/**
 * The right to register once.
 *
 * @param expiresAt milliseconds since 1970
 * @param usedFor lookup key of the name that was registered with it; whoever lost that registration
 *     half-way may repeat it
 */
record Invitation(long expiresAt, Optional<Bytes> usedFor) {
  boolean allows(Bytes lookupKey, long now) {
    return now <= expiresAt && usedFor.map(lookupKey::equals).orElse(true);
  }

  Invitation used(Bytes lookupKey) {
    return new Invitation(expiresAt, Optional.of(lookupKey));
  }
}
