package dev.cairn.e2e.daemon;

import dev.cairn.crypto.SecretBytes;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.TransactionJson;
import dev.cairn.keyserver.recover.ProgressListener;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.setup.Registration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Accounts, and what a recovery of one gives. */
final class Owner {
  private static final String PASSWORD = "eleven copper kettles 58 whistling";

  private Owner() {}

  static SecretBytes password() {
    return SecretBytes.takeOwnershipOf(PASSWORD.getBytes(StandardCharsets.UTF_8));
  }

  static Path register(Path home, OwnerConfig config, String username) {
    try (SecretBytes password = password()) {
      Registration.init(home, config, username, password);
    }
    return home;
  }

  /** Recovers into an empty place. */
  static void recover(Path home, OwnerConfig config, String username, boolean readOnly) {
    try (SecretBytes password = password()) {
      Recovery.recover(
          RecoverOptions.of(home, config, username).withReadOnly(readOnly),
          password,
          ProgressListener.NONE);
    }
  }

  /** Every object that a recovery elsewhere gives, as lines of an export. */
  static List<String> recovered(Path elsewhere, OwnerConfig config, String username) {
    recover(elsewhere, config, username, /* readOnly= */ true);
    List<String> lines = new ArrayList<>();
    try (Keyserver keyserver = Keyserver.open(elsewhere, KeyserverOptions.reading())) {
      keyserver.export(object -> lines.add(TransactionJson.format(object)));
    }
    return lines;
  }

  /** One line that puts a JSON value. */
  static String put(String collection, String id, String json) {
    return "{\"ops\":[{\"put\":{\"collection\":\""
        + collection
        + "\",\"id\":\""
        + id
        + "\",\"value\":"
        + json
        + "}}]}";
  }
}
