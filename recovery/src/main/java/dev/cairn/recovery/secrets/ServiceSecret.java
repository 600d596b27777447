package dev.cairn.recovery.secrets;

import dev.cairn.crypto.opaque.ServerKeyPair;
import dev.cairn.crypto.opaque.ServerSetup;

/** One secret: its file, and what losing it costs. */
public enum ServiceSecret {
  OPRF_SEED(
      "oprf-seed.1",
      ServerSetup.OPRF_SEED_SIZE,
      false,
      "no password opens any backup again; keyservers that run go on"),
  AKE_KEY(
      "ake-key.1",
      ServerKeyPair.PRIVATE_KEY_SIZE,
      false,
      "no client accepts this service again, so that no password opens any backup; keyservers that"
          + " run go on"),
  PEPPER(
      "pepper.1",
      ServiceSecrets.KEY_SIZE,
      false,
      "no name is found again and no account can be rebuilt from storage; keyservers that run go"
          + " on"),
  FACTOR_KEY(
      "factor-key.1",
      ServiceSecrets.KEY_SIZE,
      false,
      "no second factor is right any more, so that who has one cannot log in; keyservers that run go"
          + " on"),
  TOKEN_KEY(
      "token-key.1",
      ServiceSecrets.KEY_SIZE,
      true,
      "logins and recoveries under way start again; nothing else"),
  SCRAM_KEY(
      "scram-key.1",
      ServiceSecrets.KEY_SIZE,
      true,
      "keyservers get new passwords for Kafka at their next connection; nothing else");

  private final String file;
  private final int size;
  private final boolean replaceable;
  private final String whenLost;

  ServiceSecret(String file, int size, boolean replaceable, String whenLost) {
    this.file = file;
    this.size = size;
    this.replaceable = replaceable;
    this.whenLost = whenLost;
  }

  /** Name of its file; the number is its version. */
  public String file() {
    return file;
  }

  /** Name without the version. */
  public String label() {
    return file.substring(0, file.indexOf('.'));
  }

  /** Bytes. */
  int size() {
    return size;
  }

  /** Whether a new one may take its place while there are accounts. */
  public boolean isReplaceable() {
    return replaceable;
  }

  /** What its loss costs, for people. */
  public String whenLost() {
    return whenLost;
  }
}
