package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;

/** The one configuration of OPAQUE that Cairn uses (RFC 9807 section 7). */
public final class OpaqueSuite {
  /** OPRF, KDF, MAC, hash, key-stretching function, in this order. */
  public static final String NAME = "OPAQUE-3DH-P256-SHA256-HKDF-HMAC-Argon2id";

  private OpaqueSuite() {}

  /**
   * The context that both sides put into the transcript, so that a login fails where they disagree:
   * {@code label(opaque) ‖ lp(suite) ‖ u32 memory KiB ‖ u32 iterations ‖ u32 parallelism}.
   */
  public static Bytes context(KsfParameters ksf) {
    return Layout.label("opaque")
        .lp(NAME)
        .u32(ksf.memoryKiB())
        .u32(ksf.iterations())
        .u32(ksf.parallelism())
        .toBytes();
  }
}
