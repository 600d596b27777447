package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.OpaqueSuite;

/** What a wrap says of the secret that opens it: {@code label(wrap-parameters)}, versioned. */
public final class WrapParameters {
  private static final int VERSION = 1;

  private WrapParameters() {}

  /** Of a password. */
  public static Bytes ofPassword(KsfParameters ksf) {
    return Layout.label("wrap-parameters")
        .u32(VERSION)
        .lp(OpaqueSuite.NAME)
        .u32(ksf.memoryKiB())
        .u32(ksf.iterations())
        .u32(ksf.parallelism())
        .toBytes();
  }

  /** Of a recovery key. */
  public static Bytes ofRecoveryKey() {
    return Layout.label("wrap-parameters").u32(VERSION).lp("recovery-key").toBytes();
  }
}
