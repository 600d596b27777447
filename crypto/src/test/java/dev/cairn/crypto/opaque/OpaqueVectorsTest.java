package dev.cairn.crypto.opaque;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Hkdf;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.Vectors;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Every vector of RFC 9807 that applies: appendix C.1.5, C.1.6 (real) and C.2.3 (fake), P256-SHA256
 * with the Identity KSF. The others are of ristretto255 and curve25519, which we do not have.
 */
class OpaqueVectorsTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private final Vectors vectors = new Vectors("opaque/rfc9807-p256.properties");

  @Test
  void everyVector() throws Exception {
    real("real1.");
    real("real2.");
    fake("fake1.");
    assertTrue(vectors.unused("").isEmpty(), () -> "unused: " + vectors.unused(""));
  }

  private void real(String name) throws Exception {
    Identities identities =
        new Identities(
            vectors.optional(name + "client_identity"), vectors.optional(name + "server_identity"));
    Bytes context = vectors.get(name + "context");
    Bytes identifier = vectors.get(name + "credential_identifier");
    OpaqueClient client = new OpaqueClient(KeyStretching.IDENTITY, context, RANDOM);
    OpaqueServer server = server(name);

    RegistrationRecord record;
    try (RegistrationAttempt attempt =
        client.createRegistrationRequest(
            vectors.get(name + "password").toByteArray(),
            identities,
            P256.scalar(vectors.get(name + "blind_registration").toByteArray()))) {
      assertEquals(vectors.get(name + "registration_request"), attempt.request().toBytes());
      RegistrationResponse response =
          server.createRegistrationResponse(
              RegistrationRequest.parse(attempt.request().toBytes()), identifier);
      assertEquals(vectors.get(name + "registration_response"), response.toBytes());
      try (RegistrationResult result =
          attempt.finalizeRegistrationRequest(
              RegistrationResponse.parse(response.toBytes()),
              vectors.get(name + "envelope_nonce"))) {
        record = RegistrationRecord.parse(result.record().toBytes());
        assertEquals(vectors.get(name + "registration_upload"), record.toBytes());
        assertEquals(vectors.get(name + "client_public_key"), record.clientPublicKey());
        assertEquals(vectors.get(name + "masking_key"), record.maskingKey());
        assertEquals(vectors.get(name + "envelope"), record.envelope());
        assertSecret(name + "export_key", result.exportKey());
      }
    }
    server.validate(record);

    try (LoginAttempt attempt =
        client.generateKE1(
            vectors.get(name + "password").toByteArray(),
            identities,
            P256.scalar(vectors.get(name + "blind_login").toByteArray()),
            vectors.get(name + "client_nonce"),
            vectors.get(name + "client_keyshare_seed").toByteArray())) {
      assertEquals(vectors.get(name + "KE1"), attempt.ke1().toBytes());
      try (ServerLogin login =
              server.generateKE2(
                  KE1.parse(attempt.ke1().toBytes()),
                  record,
                  identifier,
                  identities,
                  context,
                  vectors.get(name + "masking_nonce"),
                  vectors.get(name + "server_nonce"),
                  vectors.get(name + "server_keyshare_seed").toByteArray());
          LoginResult result = attempt.generateKE3(KE2.parse(login.ke2().toBytes()))) {
        assertEquals(vectors.get(name + "KE2"), login.ke2().toBytes());
        assertEquals(vectors.get(name + "KE3"), result.ke3().toBytes());
        assertSecret(name + "export_key", result.exportKey());
        assertSecret(name + "session_key", result.sessionKey());
        try (SecretBytes serverKey =
            login.state().serverFinish(KE3.parse(result.ke3().toBytes()))) {
          assertSecret(name + "session_key", serverKey);
        }
        intermediates(name, identities, context, login.ke2());
      }
    }
  }

  /**
   * What never leaves the classes under test, computed once more from what does, so that each
   * published value is checked.
   */
  private void intermediates(String name, Identities identities, Bytes context, KE2 ke2)
      throws Exception {
    byte[] oprfSeed = vectors.get(name + "oprf_seed").toByteArray();
    byte[] seed =
        Envelopes.expand(oprfSeed, vectors.get(name + "credential_identifier"), "OprfKey", 32);
    var oprfKey = P256.deriveKeyPair(seed, "OPAQUE-DeriveKeyPair");
    assertEquals(vectors.get(name + "oprf_key"), Bytes.wrap(P256.serialize(oprfKey)));
    byte[] output =
        Oprf.finish(
            vectors.get(name + "password").toByteArray(),
            P256.scalar(vectors.get(name + "blind_login").toByteArray()),
            ke2.evaluatedMessage(),
            RANDOM);
    byte[] both = Arrays.copyOf(output, 64);
    System.arraycopy(output, 0, both, 32, 32);
    byte[] randomized = Hkdf.extract(new byte[0], both);
    assertEquals(vectors.get(name + "randomized_password"), Bytes.copyOf(randomized));
    assertEquals(
        vectors.get(name + "auth_key"),
        Bytes.wrap(
            Envelopes.expand(randomized, vectors.get(name + "envelope_nonce"), "AuthKey", 32)));

    try (Envelopes.Keys keys = Envelopes.keys(randomized, vectors.get(name + "envelope_nonce"));
        SecretBytes ephemeral =
            SecretBytes.takeOwnershipOf(
                P256.serialize(
                    Envelopes.deriveDiffieHellmanKey(
                        vectors.get(name + "client_keyshare_seed").toByteArray())))) {
      Bytes serverPublicKey = vectors.get(name + "server_public_key");
      byte[] ikm =
          DiffieHellman.concat(
              DiffieHellman.shared(
                  ephemeral, P256.deserialize("", ke2.serverPublicKeyshare()), RANDOM),
              DiffieHellman.shared(ephemeral, P256.deserialize("", serverPublicKey), RANDOM),
              DiffieHellman.shared(
                  keys.clientPrivateKey, P256.deserialize("", ke2.serverPublicKeyshare()), RANDOM));
      Bytes preamble =
          Transcript.preamble(
              context,
              identities.client(keys.clientPublicKey),
              KE1.parse(vectors.get(name + "KE1")),
              identities.server(serverPublicKey),
              ke2.credentialResponse(),
              ke2.serverNonce(),
              ke2.serverPublicKeyshare());
      byte[] prk = Hkdf.extract(new byte[0], ikm);
      byte[] handshake =
          Transcript.deriveSecret(prk, "HandshakeSecret", dev.cairn.crypto.Sha256.hash(preamble));
      assertEquals(vectors.get(name + "handshake_secret"), Bytes.copyOf(handshake));
      assertEquals(
          vectors.get(name + "server_mac_key"),
          Bytes.wrap(Transcript.deriveSecret(handshake, "ServerMAC", Bytes.EMPTY)));
      assertEquals(
          vectors.get(name + "client_mac_key"),
          Bytes.wrap(Transcript.deriveSecret(handshake, "ClientMAC", Bytes.EMPTY)));
    }
  }

  private void fake(String name) throws Exception {
    Identities identities =
        new Identities(
            vectors.optional(name + "client_identity"), vectors.optional(name + "server_identity"));
    RegistrationRecord record =
        new RegistrationRecord(
            vectors.get(name + "client_public_key"),
            vectors.get(name + "masking_key"),
            Bytes.wrap(new byte[64]));
    assertEquals(
        vectors.get(name + "client_public_key"),
        P256.publicKey(P256.scalar(vectors.get(name + "client_private_key").toByteArray())));
    KE1 ke1 = KE1.parse(vectors.get(name + "KE1"));
    assertEquals(
        P256.publicKey(
            Envelopes.deriveDiffieHellmanKey(
                vectors.get(name + "client_keyshare_seed").toByteArray())),
        ke1.clientPublicKeyshare());
    try (ServerLogin login =
        server(name)
            .generateKE2(
                ke1,
                record,
                vectors.get(name + "credential_identifier"),
                identities,
                vectors.get(name + "context"),
                vectors.get(name + "masking_nonce"),
                vectors.get(name + "server_nonce"),
                vectors.get(name + "server_keyshare_seed").toByteArray())) {
      assertEquals(vectors.get(name + "KE2"), login.ke2().toBytes());
    }
  }

  private OpaqueServer server(String name) {
    ServerKeyPair keyPair =
        ServerKeyPair.takeOwnershipOf(vectors.get(name + "server_private_key").toByteArray());
    assertEquals(vectors.get(name + "server_public_key"), keyPair.publicKey());
    return new OpaqueServer(
        new ServerSetup(SecretBytes.takeCopyOf(vectors.get(name + "oprf_seed")), keyPair),
        "unused",
        RANDOM);
  }

  private void assertSecret(String name, SecretBytes actual) {
    assertEquals(vectors.get(name), Bytes.wrap(actual.copyMaterial()));
  }
}
