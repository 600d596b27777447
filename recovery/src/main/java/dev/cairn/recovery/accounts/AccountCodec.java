package dev.cairn.recovery.accounts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.crypto.Bytes;
import java.io.IOException;

/**
 * What is kept of an account outside the accounts topic, as JSON {@code {format, account}}: all but
 * its audit trail and its number of connections.
 *
 * <p>Format 1 knows the password alone: {@code opaqueRecord} and {@code ksf} where format 2 has
 * {@code credentials}. An account that has nothing else is still written so, for programs that read
 * nothing else.
 */
final class AccountCodec {
  private static final int PASSWORD_ONLY = 1;
  private static final int FORMAT = 2;
  private static final String RECORD = "opaqueRecord";
  private static final String KSF = "ksf";
  private static final String CREDENTIALS = "credentials";

  private AccountCodec() {}

  static Bytes encode(Account account) {
    ObjectNode kept = AccountsJson.MAPPER.valueToTree(account.kept());
    boolean passwordOnly = account.credentials().isPasswordOnly();
    ObjectNode out = AccountsJson.MAPPER.createObjectNode();
    out.put("format", passwordOnly ? PASSWORD_ONLY : FORMAT);
    out.set("account", passwordOnly ? withoutCredentials(kept) : kept);
    return write(out);
  }

  /** Reads it back; {@link IOException} when it is none, or of a later format. */
  static Account decode(Bytes bytes) throws IOException {
    try {
      JsonNode kept = AccountsJson.MAPPER.readTree(bytes.toByteArray());
      int format = kept.path("format").asInt();
      if (!(kept.path("account") instanceof ObjectNode account) || kept.size() != 2) {
        throw new IOException("not an account");
      }
      if (format == PASSWORD_ONLY) {
        addCredentials(account);
      } else if (format != FORMAT) {
        throw new IOException("an account of format " + format);
      }
      Account read = AccountsJson.MAPPER.treeToValue(account, Account.class);
      if (read.grants().isEmpty()) {
        throw new IOException("an account without a grant");
      }
      return read;
    } catch (IllegalArgumentException e) {
      throw new IOException("not an account", e);
    }
  }

  /** What opens an account, as it stands in commands: {@code {format, credentials}}. */
  static Bytes encode(Credentials credentials) {
    ObjectNode out = AccountsJson.MAPPER.createObjectNode();
    out.put("format", FORMAT);
    out.set(CREDENTIALS, AccountsJson.MAPPER.valueToTree(credentials));
    return write(out);
  }

  /** Reads it back; {@link IOException} when it is none, or of a later format. */
  static Credentials decodeCredentials(Bytes bytes) throws IOException {
    try {
      JsonNode read = AccountsJson.MAPPER.readTree(bytes.toByteArray());
      if (read.path("format").asInt() != FORMAT || read.size() != 2) {
        throw new IOException("credentials of format " + read.path("format").asInt());
      }
      if (!read.path(CREDENTIALS).isObject()) {
        throw new IOException("no credentials");
      }
      return AccountsJson.MAPPER.treeToValue(read.path(CREDENTIALS), Credentials.class);
    } catch (IllegalArgumentException e) {
      throw new IOException("not credentials", e);
    }
  }

  /** An account of before that was opened by its password alone. */
  static void addCredentials(ObjectNode account) throws IOException {
    JsonNode record = account.remove(RECORD);
    JsonNode ksf = account.remove(KSF);
    if (record == null || ksf == null || account.has(CREDENTIALS)) {
      throw new IOException("an account without what opens it");
    }
    ObjectNode credentials = account.putObject(CREDENTIALS);
    credentials.putObject("password").<ObjectNode>set("record", record).set(KSF, ksf);
    credentials.putNull("wallet").putNull("recoveryKey");
    credentials.putObject("factors").putNull("totp").putArray("recoveryCodes");
  }

  private static ObjectNode withoutCredentials(ObjectNode account) {
    JsonNode password = account.path(CREDENTIALS).path("password");
    ObjectNode out = AccountsJson.MAPPER.createObjectNode();
    account
        .properties()
        .forEach(field -> {
          switch (field.getKey()) {
            case CREDENTIALS -> out.set(RECORD, password.path("record"));
            case "bundle" ->
                out.<ObjectNode>set("bundle", field.getValue()).set(KSF, password.path(KSF));
            default -> out.set(field.getKey(), field.getValue());
          }
        });
    return out;
  }

  private static Bytes write(ObjectNode json) {
    try {
      return Bytes.wrap(AccountsJson.MAPPER.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an account cannot be written", e);
    }
  }
}
