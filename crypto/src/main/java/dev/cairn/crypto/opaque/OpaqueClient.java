package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Hkdf;
import dev.cairn.crypto.SecretBytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.ECPoint;

/**
 * The client of OPAQUE-3DH, P256-SHA256, Argon2id (RFC 9807).
 *
 * <p>Client identity is the username, server identity the server name that the owner pinned; both
 * come with the {@link PasswordInput}, so that a server under another name learns nothing. The
 * context is {@link OpaqueSuite#context}.
 *
 * <p><b>Guaranteed:</b> the server, and whoever listens, learn nothing from which they could tell
 * whether a password fits, unless they hold the OPRF seed; a login that ends gives both sides the
 * same fresh session key, and the client the same export key every time. <b>Not guaranteed:</b>
 * anything for a weak password against whoever holds the OPRF seed and the record.
 *
 * <p>Thread-safe. Each attempt serves one thread.
 */
public final class OpaqueClient {
  private final KeyStretching stretching;
  private final Bytes context;
  private final SecureRandom random;

  /**
   * A client that stretches with these parameters, if the policy agrees.
   *
   * @throws OpaqueException.UnacceptableParameters if it does not
   */
  public OpaqueClient(KsfParameters ksf, KsfPolicy policy, SecureRandom random)
      throws OpaqueException.UnacceptableParameters {
    this(KeyStretching.argon2id(ksf), OpaqueSuite.context(ksf), random);
    policy.check(ksf);
  }

  OpaqueClient(KeyStretching stretching, Bytes context, SecureRandom random) {
    this.stretching = stretching;
    this.context = context;
    this.random = random;
  }

  /**
   * {@code CreateRegistrationRequest} (RFC 9807 section 5.2.1). The password stays the caller's to
   * close.
   *
   * @throws OpaqueException.Malformed if the password hashes to the identity, which nobody can
   *     bring about
   */
  public RegistrationAttempt createRegistrationRequest(PasswordInput password)
      throws OpaqueException.Malformed {
    return createRegistrationRequest(
        password.copyMaterial(), password.identities(), P256.randomScalar(random));
  }

  /**
   * {@code GenerateKE1} (RFC 9807 section 6.2.1). The password stays the caller's to close.
   *
   * @throws OpaqueException.Malformed if the password hashes to the identity, which nobody can
   *     bring about
   */
  public LoginAttempt generateKE1(PasswordInput password) throws OpaqueException.Malformed {
    return generateKE1(
        password.copyMaterial(),
        password.identities(),
        P256.randomScalar(random),
        randomBytes(),
        randomSeed());
  }

  RegistrationAttempt createRegistrationRequest(
      byte[] password, Identities identities, BigInteger blind) throws OpaqueException.Malformed {
    Bytes blinded = Oprf.blind(password, blind, random);
    return new RegistrationAttempt(
        this,
        SecretBytes.takeOwnershipOf(password),
        blindBytes(blind),
        identities,
        new RegistrationRequest(blinded));
  }

  LoginAttempt generateKE1(
      byte[] password, Identities identities, BigInteger blind, Bytes nonce, byte[] keyshareSeed)
      throws OpaqueException.Malformed {
    Bytes blinded = Oprf.blind(password, blind, random);
    BigInteger secret = Envelopes.deriveDiffieHellmanKey(keyshareSeed);
    Arrays.fill(keyshareSeed, (byte) 0);
    return new LoginAttempt(
        this,
        SecretBytes.takeOwnershipOf(password),
        blindBytes(blind),
        identities,
        SecretBytes.takeOwnershipOf(P256.serialize(secret)),
        new KE1(blinded, nonce, P256.publicKey(secret)));
  }

  RegistrationResult finish(
      RegistrationAttempt attempt, RegistrationResponse response, Bytes envelopeNonce)
      throws OpaqueException.Malformed {
    P256.deserialize("server's public key", response.serverPublicKey());
    byte[] randomized =
        randomizedPassword(attempt.password, attempt.blind, response.evaluatedMessage());
    byte[] maskingKey = Envelopes.maskingKey(randomized);
    try (Envelopes.Keys keys = Envelopes.keys(randomized, envelopeNonce)) {
      Bytes envelope =
          Envelopes.store(keys, envelopeNonce, response.serverPublicKey(), attempt.identities);
      return new RegistrationResult(
          new RegistrationRecord(keys.clientPublicKey, Bytes.copyOf(maskingKey), envelope),
          keys.takeExportKey());
    } finally {
      Arrays.fill(randomized, (byte) 0);
      Arrays.fill(maskingKey, (byte) 0);
    }
  }

  LoginResult finish(LoginAttempt attempt, KE2 ke2)
      throws OpaqueException.Malformed,
          OpaqueException.EnvelopeRecovery,
          OpaqueException.ServerAuthentication {
    byte[] randomized = randomizedPassword(attempt.password, attempt.blind, ke2.evaluatedMessage());
    byte[] maskingKey = Envelopes.maskingKey(randomized);
    Bytes response = Envelopes.mask(maskingKey, ke2.maskingNonce(), ke2.maskedResponse());
    Bytes serverPublicKey = response.slice(0, Wire.ELEMENT);
    Bytes envelope = response.slice(Wire.ELEMENT, Wire.MASKED_RESPONSE);
    try (Envelopes.Keys keys =
        Envelopes.recover(randomized, envelope, serverPublicKey, attempt.identities)) {
      ECPoint theirKeyshare =
          P256.deserialize("server's ephemeral key", ke2.serverPublicKeyshare());
      ECPoint theirKey = P256.deserialize("server's public key", serverPublicKey);
      byte[] ikm =
          DiffieHellman.concat(
              DiffieHellman.shared(attempt.keyshare, theirKeyshare, random),
              DiffieHellman.shared(attempt.keyshare, theirKey, random),
              DiffieHellman.shared(keys.clientPrivateKey, theirKeyshare, random));
      Bytes preamble =
          Transcript.preamble(
              context,
              attempt.identities.client(keys.clientPublicKey),
              attempt.ke1(),
              attempt.identities.server(serverPublicKey),
              ke2.credentialResponse(),
              ke2.serverNonce(),
              ke2.serverPublicKeyshare());
      try (Transcript transcript = Transcript.derive(ikm, preamble)) {
        if (!transcript.serverMac().equalsConstantTime(ke2.serverMac())) {
          throw new OpaqueException.ServerAuthentication();
        }
        return new LoginResult(
            new KE3(transcript.clientMac()), transcript.sessionKey(), keys.takeExportKey());
      }
    } finally {
      Arrays.fill(randomized, (byte) 0);
      Arrays.fill(maskingKey, (byte) 0);
    }
  }

  /** {@code Extract("", oprf_output ‖ Stretch(oprf_output))}. */
  private byte[] randomizedPassword(SecretBytes password, SecretBytes blind, Bytes evaluated)
      throws OpaqueException.Malformed {
    byte[] input = password.copyMaterial();
    byte[] scalar = blind.copyMaterial();
    byte[] output;
    try {
      output = Oprf.finish(input, P256.scalar(scalar), evaluated, random);
    } finally {
      Arrays.fill(input, (byte) 0);
      Arrays.fill(scalar, (byte) 0);
    }
    byte[] stretched = stretching.stretch(output);
    byte[] both = Arrays.copyOf(output, output.length + stretched.length);
    System.arraycopy(stretched, 0, both, output.length, stretched.length);
    try {
      return Hkdf.extract(new byte[0], both);
    } finally {
      Arrays.fill(output, (byte) 0);
      Arrays.fill(stretched, (byte) 0);
      Arrays.fill(both, (byte) 0);
    }
  }

  Bytes randomBytes() {
    return Bytes.wrap(randomSeed());
  }

  /** {@code Nseed} and {@code Nn} are the same. */
  private byte[] randomSeed() {
    byte[] bytes = new byte[Wire.NONCE];
    random.nextBytes(bytes);
    return bytes;
  }

  private static SecretBytes blindBytes(BigInteger blind) {
    return SecretBytes.takeOwnershipOf(P256.serialize(blind));
  }

  @Override
  public String toString() {
    return "OpaqueClient";
  }
}
