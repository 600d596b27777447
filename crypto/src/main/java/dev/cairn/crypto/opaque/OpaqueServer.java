package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Hkdf;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.SecretBytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.math.ec.ECPoint;

/**
 * The server of OPAQUE-3DH, P256-SHA256 (RFC 9807). It stretches nothing: a login costs it some
 * half a millisecond.
 *
 * <p>Every answer to a KE1, and every registration response, is one guess at the password: whoever
 * calls counts it durably before the answer leaves.
 *
 * <p>Names without an account get an answer made with {@link #fakeRecord()} that nobody can tell
 * from a real one, under a credential identifier that the caller derives from the name as for real
 * ones.
 *
 * <p>Thread-safe. The setup stays the caller's to close.
 */
public final class OpaqueServer {
  private static final String OPRF_KEY_INFO = "OPAQUE-DeriveKeyPair";

  private final ServerSetup setup;
  private final Bytes serverIdentity;
  private final SecureRandom random;

  /**
   * A server of this name.
   *
   * @param serverName the name that clients pin; it enters every password's key and never changes
   */
  public OpaqueServer(ServerSetup setup, String serverName, SecureRandom random) {
    this.setup = setup;
    this.serverIdentity = Bytes.utf8(serverName);
    this.random = random;
  }

  /**
   * {@code CreateRegistrationResponse} (RFC 9807 section 5.2.2).
   *
   * @param credentialIdentifier unique to the credential, and the same at every login
   * @throws OpaqueException.Malformed if the request is no usable point
   */
  public RegistrationResponse createRegistrationResponse(
      RegistrationRequest request, Bytes credentialIdentifier) throws OpaqueException.Malformed {
    return new RegistrationResponse(
        Oprf.blindEvaluate(oprfKey(credentialIdentifier), request.blindedMessage(), random),
        setup.keyPair().publicKey());
  }

  /**
   * Checks a record that a client sends at the end of its registration.
   *
   * @throws OpaqueException.Malformed if its public key is no usable point
   */
  public void validate(RegistrationRecord record) throws OpaqueException.Malformed {
    P256.deserialize("client's public key", record.clientPublicKey());
  }

  /**
   * {@code GenerateKE2} (RFC 9807 section 6.2.2).
   *
   * @param record of the account, or {@link #fakeRecord()}
   * @param credentialIdentifier as at registration
   * @param username the client's identity, as it registered
   * @param ksf parameters as at registration
   * @return the answer, and the state that {@link LoginState#serverFinish} needs, which the caller
   *     closes
   * @throws OpaqueException.Malformed if KE1 holds no usable points
   */
  public ServerLogin generateKE2(
      KE1 ke1,
      RegistrationRecord record,
      Bytes credentialIdentifier,
      String username,
      KsfParameters ksf)
      throws OpaqueException.Malformed {
    Identities identities =
        new Identities(Optional.of(Bytes.utf8(username)), Optional.of(serverIdentity));
    return generateKE2(
        ke1,
        record,
        credentialIdentifier,
        identities,
        OpaqueSuite.context(ksf),
        randomBytes(),
        randomBytes(),
        randomSeed());
  }

  ServerLogin generateKE2(
      KE1 ke1,
      RegistrationRecord record,
      Bytes credentialIdentifier,
      Identities identities,
      Bytes context,
      Bytes maskingNonce,
      Bytes serverNonce,
      byte[] keyshareSeed)
      throws OpaqueException.Malformed {
    ECPoint clientKeyshare = P256.deserialize("client's ephemeral key", ke1.clientPublicKeyshare());
    ECPoint clientKey = P256.deserialize("client's public key", record.clientPublicKey());
    Bytes serverPublicKey = setup.keyPair().publicKey();
    Bytes evaluated =
        Oprf.blindEvaluate(oprfKey(credentialIdentifier), ke1.blindedMessage(), random);
    byte[] maskingKey = record.maskingKey().toByteArray();
    Bytes masked =
        Envelopes.mask(maskingKey, maskingNonce, Bytes.concat(serverPublicKey, record.envelope()));
    Arrays.fill(maskingKey, (byte) 0);
    Bytes credentialResponse = Bytes.concat(evaluated, maskingNonce, masked);

    BigInteger ephemeral = Envelopes.deriveDiffieHellmanKey(keyshareSeed);
    Arrays.fill(keyshareSeed, (byte) 0);
    Bytes keyshare = P256.publicKey(ephemeral);
    Bytes preamble =
        Transcript.preamble(
            context,
            identities.client(record.clientPublicKey()),
            ke1,
            identities.server(serverPublicKey),
            credentialResponse,
            serverNonce,
            keyshare);
    byte[] ikm;
    try (SecretBytes ephemeralKey = SecretBytes.takeOwnershipOf(P256.serialize(ephemeral))) {
      ikm =
          DiffieHellman.concat(
              DiffieHellman.shared(ephemeralKey, clientKeyshare, random),
              DiffieHellman.shared(setup.keyPair().privateKey(), clientKeyshare, random),
              DiffieHellman.shared(ephemeralKey, clientKey, random));
    }
    try (Transcript transcript = Transcript.derive(ikm, preamble)) {
      KE2 ke2 =
          new KE2(evaluated, maskingNonce, masked, serverNonce, keyshare, transcript.serverMac());
      return new ServerLogin(ke2, new LoginState(transcript.clientMac(), transcript.sessionKey()));
    }
  }

  /**
   * The record that stands for accounts which do not exist (RFC 9807 section 6.3.2.2): the same on
   * every instance with this setup, and never one that a password fits. Callers keep it beside the
   * real ones so that both take the same time.
   */
  public RegistrationRecord fakeRecord() {
    byte[] seed = setup.oprfSeed().copyMaterial();
    byte[] keySeed =
        Hkdf.sha256(seed, Bytes.EMPTY, Layout.label("opaque-fake-key").toBytes(), Wire.HASH);
    byte[] maskingKey =
        Hkdf.sha256(seed, Bytes.EMPTY, Layout.label("opaque-fake-mask").toBytes(), Wire.HASH);
    Arrays.fill(seed, (byte) 0);
    Bytes publicKey = P256.publicKey(Envelopes.deriveDiffieHellmanKey(keySeed));
    Arrays.fill(keySeed, (byte) 0);
    return new RegistrationRecord(
        publicKey, Bytes.wrap(maskingKey), Bytes.wrap(new byte[Wire.ENVELOPE]));
  }

  private BigInteger oprfKey(Bytes credentialIdentifier) {
    byte[] oprfSeed = setup.oprfSeed().copyMaterial();
    byte[] seed = Envelopes.expand(oprfSeed, credentialIdentifier, "OprfKey", P256.SCALAR_SIZE);
    Arrays.fill(oprfSeed, (byte) 0);
    try {
      return P256.deriveKeyPair(seed, OPRF_KEY_INFO);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  private Bytes randomBytes() {
    return Bytes.wrap(randomSeed());
  }

  /** {@code Nseed} and {@code Nn} are the same. */
  private byte[] randomSeed() {
    byte[] bytes = new byte[Wire.NONCE];
    random.nextBytes(bytes);
    return bytes;
  }

  @Override
  public String toString() {
    return "OpaqueServer(" + setup + ")";
  }
}
