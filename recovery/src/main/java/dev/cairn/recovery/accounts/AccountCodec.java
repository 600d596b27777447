package dev.cairn.recovery.accounts;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.cairn.crypto.Bytes;
import java.io.IOException;

/**
 * What is kept of an account outside the accounts topic, as JSON {@code {format, account}}: all but
 * its audit trail and its number of connections.
 */
final class AccountCodec {
  private static final int FORMAT = 1;

  private record Kept(int format, Account account) {}

  private AccountCodec() {}

  static Bytes encode(Account account) {
    try {
      return Bytes.wrap(AccountsJson.MAPPER.writeValueAsBytes(new Kept(FORMAT, account.kept())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an account cannot be written", e);
    }
  }

  /** Reads it back; {@link IOException} when it is none, or of a later format. */
  static Account decode(Bytes bytes) throws IOException {
    try {
      Kept kept = AccountsJson.MAPPER.readValue(bytes.toByteArray(), Kept.class);
      if (kept.format() != FORMAT) {
        throw new IOException("an account of format " + kept.format());
      }
      if (kept.account().grants().isEmpty()) {
        throw new IOException("an account without a grant");
      }
      return kept.account();
    } catch (IllegalArgumentException e) {
      throw new IOException("not an account", e);
    }
  }
}
