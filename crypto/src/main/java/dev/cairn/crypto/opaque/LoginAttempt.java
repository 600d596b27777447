package dev.cairn.crypto.opaque;

import dev.cairn.crypto.SecretBytes;

/**
 * A login between KE1 and KE2. Holds the password, the blind and the ephemeral key until it is
 * closed. For one thread.
 */
public final class LoginAttempt implements AutoCloseable {
  final SecretBytes password;
  final SecretBytes blind;
  final Identities identities;
  final SecretBytes keyshare;
  private final OpaqueClient client;
  private final KE1 ke1;

  LoginAttempt(
      OpaqueClient client,
      SecretBytes password,
      SecretBytes blind,
      Identities identities,
      SecretBytes keyshare,
      KE1 ke1) {
    this.client = client;
    this.password = password;
    this.blind = blind;
    this.identities = identities;
    this.keyshare = keyshare;
    this.ke1 = ke1;
  }

  /** The message to the server. */
  public KE1 ke1() {
    return ke1;
  }

  /**
   * {@code GenerateKE3} (RFC 9807 section 6.2.3): stretches the password, which takes a good part
   * of a second.
   *
   * @return the answer for the server, the session key and the export key, which the caller closes
   * @throws OpaqueException.EnvelopeRecovery if the username or the password is wrong (or the
   *     answer was altered)
   * @throws OpaqueException.ServerAuthentication if the server does not prove that it holds the
   *     registration
   * @throws OpaqueException.Malformed if the answer holds no usable points
   */
  public LoginResult generateKE3(KE2 ke2)
      throws OpaqueException.Malformed,
          OpaqueException.EnvelopeRecovery,
          OpaqueException.ServerAuthentication {
    return client.finish(this, ke2);
  }

  /** Zeroes the password, the blind and the ephemeral key. */
  @Override
  public void close() {
    password.close();
    blind.close();
    keyshare.close();
  }

  @Override
  public String toString() {
    return "LoginAttempt";
  }
}
