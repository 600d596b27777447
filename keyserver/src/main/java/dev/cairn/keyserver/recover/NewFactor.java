package dev.cairn.keyserver.recover;

import dev.cairn.crypto.SecretBytes;
import java.util.List;

/** What becomes of the second factor. */
public sealed interface NewFactor {
  /** Asked for no more. */
  record None() implements NewFactor {}

  /** Other recovery codes, which their owner has written down already. */
  final class Codes implements NewFactor {
    private final List<String> codes;

    public Codes(List<String> codes) {
      this.codes = List.copyOf(codes);
    }

    List<String> codes() {
      return codes;
    }
  }

  /** An authenticator, and recovery codes in its place. */
  final class Totp implements NewFactor {
    private final SecretBytes secret;
    private final List<String> codes;
    private final Shown shown;

    /** Shows the secret to the owner, whose authenticator answers. */
    @FunctionalInterface
    public interface Shown {
      /** The code that the authenticator shows now. */
      String code();
    }

    /**
     * @param secret 20 bytes; stays the caller's to close
     * @param codes recovery codes, which their owner has written down already
     * @param shown asked once the login is proven
     */
    public Totp(SecretBytes secret, List<String> codes, Shown shown) {
      this.secret = secret;
      this.codes = List.copyOf(codes);
      this.shown = shown;
    }

    SecretBytes secret() {
      return secret;
    }

    List<String> codes() {
      return codes;
    }

    Shown shown() {
      return shown;
    }
  }
}
