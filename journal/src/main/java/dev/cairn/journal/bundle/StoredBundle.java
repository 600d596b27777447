package dev.cairn.journal.bundle;

import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.KeyWrap;
import dev.cairn.crypto.bundle.WrapKind;
import java.util.List;
import java.util.Optional;

/**
 * The recovery bundle as the provider stores it. It holds nothing in the clear but who may open it
 * and how.
 *
 * @param bundleVersion grows by one with each replacement
 * @param wraps the same content, wrapped once for each way to open it
 */
public record StoredBundle(UserId userId, int bundleVersion, List<KeyWrap> wraps) {
  public StoredBundle {
    if (bundleVersion < 1) {
      throw new IllegalArgumentException("Bundle versions start at 1, not " + bundleVersion);
    }
    wraps = List.copyOf(wraps);
  }

  /** The first wrap of this kind. */
  public Optional<KeyWrap> wrap(WrapKind kind) {
    return wraps.stream().filter(it -> it.kind() == kind).findFirst();
  }
}
