package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Sha256;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** The {@code Stretch} of RFC 9807 section 2.2. */
@FunctionalInterface
interface KeyStretching {
  /** The identity function of the published vectors. */
  KeyStretching IDENTITY = byte[]::clone;

  /** 32 bytes for 32 bytes, which the caller zeroes. */
  byte[] stretch(byte[] message);

  /** Argon2id with a salt of 16 zeros. */
  static KeyStretching argon2id(KsfParameters parameters) {
    return message -> {
      Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
      argon2.init(
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withSalt(new byte[16])
              .withMemoryAsKB(parameters.memoryKiB())
              .withIterations(parameters.iterations())
              .withParallelism(parameters.parallelism())
              .build());
      byte[] stretched = new byte[Sha256.SIZE];
      argon2.generateBytes(message, stretched);
      return stretched;
    };
  }
}
