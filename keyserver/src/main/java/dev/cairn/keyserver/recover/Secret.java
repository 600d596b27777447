package dev.cairn.keyserver.recover;

import dev.cairn.crypto.bundle.WrapKind;

/** What its owner proves an account with. Closing it zeroes what it holds. */
public sealed interface Secret extends AutoCloseable
    permits PasswordSecret, RecoveryKeySecret, WalletSecret {
  /** Which wrap of the bundle it opens. */
  WrapKind kind();

  @Override
  void close();
}
