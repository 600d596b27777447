package dev.cairn.crypto.opaque;

import java.security.GeneralSecurityException;

/**
 * Why a step of OPAQUE gave nothing: one permitted class for each decision that a caller can take.
 */
public abstract sealed class OpaqueException extends GeneralSecurityException {
  private OpaqueException(String message) {
    super(message);
  }

  /**
   * A message of the other side is malformed: a wrong length, bytes that are no point of the curve,
   * or the identity (RFC 9497 DeserializeError).
   */
  public static final class Malformed extends OpaqueException {
    Malformed(String message) {
      super(message);
    }
  }

  /**
   * The envelope did not open (RFC 9807 EnvelopeRecoveryError): a wrong password, an unknown user,
   * other identities or key-stretching parameters than at registration, or an altered answer.
   * Nobody can tell these apart, by design.
   */
  public static final class EnvelopeRecovery extends OpaqueException {
    EnvelopeRecovery() {
      super("wrong username or password");
    }
  }

  /**
   * The server does not hold this registration, or sees another context (RFC 9807
   * ServerAuthenticationError).
   */
  public static final class ServerAuthentication extends OpaqueException {
    ServerAuthentication() {
      super("the password fits, but the server did not prove that it holds this registration");
    }
  }

  /** The client did not prove the password (RFC 9807 ClientAuthenticationError). */
  public static final class ClientAuthentication extends OpaqueException {
    ClientAuthentication() {
      super("the client did not prove the password");
    }
  }

  /** The server asks for key stretching that is too weak, or too expensive, to agree to. */
  public static final class UnacceptableParameters extends OpaqueException {
    UnacceptableParameters(String message) {
      super(message);
    }
  }
}
