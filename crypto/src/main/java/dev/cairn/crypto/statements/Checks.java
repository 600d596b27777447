package dev.cairn.crypto.statements;

import dev.cairn.crypto.Bytes;

/** Ranges that both statements share. */
final class Checks {
  private Checks() {}

  static void size(String what, Bytes value, int size) {
    if (value.size() != size) {
      throw new IllegalArgumentException(
          "the " + what + " has " + size + " bytes, not " + value.size());
    }
  }

  static void numbers(int keyVersion, long expiryMillis) {
    if (keyVersion < 1) {
      throw new IllegalArgumentException("key versions count from 1, not " + keyVersion);
    }
    if (expiryMillis < 0) {
      throw new IllegalArgumentException("the expiry lies before 1970: " + expiryMillis);
    }
  }
}
