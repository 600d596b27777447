package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;

/**
 * A registration between request and response. Holds the password and the blind until it is closed.
 * For one thread.
 */
public final class RegistrationAttempt implements AutoCloseable {
  final SecretBytes password;
  final SecretBytes blind;
  final Identities identities;
  private final OpaqueClient client;
  private final RegistrationRequest request;

  RegistrationAttempt(
      OpaqueClient client,
      SecretBytes password,
      SecretBytes blind,
      Identities identities,
      RegistrationRequest request) {
    this.client = client;
    this.password = password;
    this.blind = blind;
    this.identities = identities;
    this.request = request;
  }

  /** The message to the server. */
  public RegistrationRequest request() {
    return request;
  }

  /**
   * {@code FinalizeRegistrationRequest} (RFC 9807 section 5.2.3): stretches the password, which
   * takes a good part of a second.
   *
   * @return the record for the server and the export key, which the caller closes
   * @throws OpaqueException.Malformed if the response holds no usable points
   */
  public RegistrationResult finalizeRegistrationRequest(RegistrationResponse response)
      throws OpaqueException.Malformed {
    return client.finish(this, response, client.randomBytes());
  }

  RegistrationResult finalizeRegistrationRequest(RegistrationResponse response, Bytes envelopeNonce)
      throws OpaqueException.Malformed {
    return client.finish(this, response, envelopeNonce);
  }

  /** Zeroes the password and the blind. */
  @Override
  public void close() {
    password.close();
    blind.close();
  }

  @Override
  public String toString() {
    return "RegistrationAttempt";
  }
}
