package dev.cairn.journal.judge;

import dev.cairn.crypto.AuthorPublicKey;
import java.util.Map;

/**
 * Author keys that the reader knows by itself, by key version: from the backup keys that it holds,
 * or from the account. A record that introduces another key for such a version is not accepted. A
 * reader that knows none believes the log's first record.
 */
public record TrustedKeys(Map<Integer, AuthorPublicKey> byKeyVersion) {
  public TrustedKeys {
    byKeyVersion = Map.copyOf(byKeyVersion);
  }

  public static TrustedKeys none() {
    return new TrustedKeys(Map.of());
  }

  public static TrustedKeys of(int keyVersion, AuthorPublicKey author) {
    return new TrustedKeys(Map.of(keyVersion, author));
  }

  boolean allow(int keyVersion, AuthorPublicKey author) {
    return byKeyVersion.getOrDefault(keyVersion, author).equals(author);
  }
}
