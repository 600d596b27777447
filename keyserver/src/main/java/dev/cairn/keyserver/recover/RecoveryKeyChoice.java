package dev.cairn.keyserver.recover;

import dev.cairn.crypto.SecretBytes;

/**
 * What becomes of the recovery key when the bundle is wrapped anew: a wrap can be renewed only with
 * the secret that it opens by.
 */
public sealed interface RecoveryKeyChoice {
  /** What is to be said once this has been put in force. */
  default RecoveryKeyChoice afterwards() {
    return switch (this) {
      case Unnamed unnamed -> unnamed;
      case Given given -> given;
      case Fresh fresh -> new Given(fresh.key());
      case Dropped dropped -> new Unnamed();
    };
  }

  /** Nothing was said: right where there is none, or where it is what the owner logs in with. */
  record Unnamed() implements RecoveryKeyChoice {}

  /** It goes on opening the bundle. */
  final class Given implements RecoveryKeyChoice {
    private final SecretBytes key;

    /**
     * @param key 16 bytes; stays the caller's to close
     */
    public Given(SecretBytes key) {
      this.key = key;
    }

    SecretBytes key() {
      return key;
    }
  }

  /** Another one takes its place, which its owner has written down already. */
  final class Fresh implements RecoveryKeyChoice {
    private final SecretBytes key;
    private volatile boolean sent;

    /**
     * @param key 16 bytes; stays the caller's to close
     */
    public Fresh(SecretBytes key) {
      this.key = key;
    }

    /** A request that puts it in force is about to leave. */
    void sent() {
      sent = true;
    }

    /** Whether it may open the bundle already: then nobody forgets it. */
    public boolean mayBeInForce() {
      return sent;
    }

    SecretBytes key() {
      return key;
    }
  }

  /** There is none any more. */
  record Dropped() implements RecoveryKeyChoice {}
}
