package dev.cairn.crypto.opaque;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.Tampering;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpaqueTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final KsfParameters CHEAP = new KsfParameters(64, 1, 1);
  private static final KsfPolicy LENIENT = KsfPolicy.withFloorForTests(CHEAP);
  private static final String SERVER = "backup.example";
  private static final Bytes CREDENTIAL = Bytes.utf8("credential 1");

  private final ServerSetup setup = ServerSetup.generate(RANDOM);
  private final OpaqueServer server = new OpaqueServer(setup, SERVER, RANDOM);
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : opened) {
      closeable.close();
    }
    setup.close();
  }

  private PasswordInput input(String serverName, String username, String password)
      throws Exception {
    PasswordInput input = PasswordInput.of(serverName, username, password.toCharArray());
    opened.add(input);
    return input;
  }

  private PasswordInput alice(String password) throws Exception {
    return input(SERVER, "alice", password);
  }

  private static OpaqueClient client(KsfParameters ksf) throws Exception {
    return new OpaqueClient(ksf, LENIENT, RANDOM);
  }

  private RegistrationResult register(PasswordInput password, KsfParameters ksf) throws Exception {
    try (RegistrationAttempt attempt = client(ksf).createRegistrationRequest(password)) {
      RegistrationResponse response =
          server.createRegistrationResponse(attempt.request(), CREDENTIAL);
      RegistrationResult result = attempt.finalizeRegistrationRequest(response);
      server.validate(result.record());
      opened.add(result);
      return result;
    }
  }

  private void assertLogsIn(
      RegistrationResult registered, PasswordInput password, KsfParameters ksf) throws Exception {
    try (LoginAttempt attempt = client(ksf).generateKE1(password);
        ServerLogin login =
            server.generateKE2(
                attempt.ke1(), registered.record(), CREDENTIAL, password.username(), ksf);
        LoginResult result = attempt.generateKE3(login.ke2());
        LoginState restored = LoginState.takeOwnershipOf(login.state().copyMaterial());
        SecretBytes serverKey = restored.serverFinish(result.ke3())) {
      assertTrue(serverKey.equalsConstantTime(result.sessionKey()));
      assertTrue(registered.exportKey().equalsConstantTime(result.exportKey()));
      for (Bytes altered : Tampering.everyAlteration(result.ke3().toBytes())) {
        if (altered.size() == KE3.SIZE) {
          KE3 forged = KE3.parse(altered);
          assertThrows(
              OpaqueException.ClientAuthentication.class, () -> login.state().serverFinish(forged));
        } else {
          assertThrows(OpaqueException.Malformed.class, () -> KE3.parse(altered));
        }
      }
    }
  }

  @Test
  void registersAndLogsIn() throws Exception {
    RegistrationResult registered = register(alice("a password"), CHEAP);
    assertLogsIn(registered, alice("a password"), CHEAP);
    assertLogsIn(registered, alice("a password"), CHEAP);
  }

  /** What users run: 64 MiB, three passes, four lanes. */
  @Test
  void registersAndLogsInWithTheRealStretching() throws Exception {
    OpaqueClient client = new OpaqueClient(KsfParameters.DEFAULT, KsfPolicy.STANDARD, RANDOM);
    try (RegistrationAttempt attempt = client.createRegistrationRequest(alice("a password"));
        RegistrationResult registered =
            attempt.finalizeRegistrationRequest(
                server.createRegistrationResponse(attempt.request(), CREDENTIAL))) {
      assertLogsIn(registered, alice("a password"), KsfParameters.DEFAULT);
    }
  }

  @Test
  void wrongSecretsLookAlike() throws Exception {
    RegistrationResult registered = register(alice("a password"), CHEAP);
    List<PasswordInput> wrong =
        List.of(
            alice("a Password"),
            alice("a password "),
            input(SERVER, "alicia", "a password"),
            input("other.example", "alice", "a password"));
    for (PasswordInput input : wrong) {
      try (LoginAttempt attempt = client(CHEAP).generateKE1(input);
          ServerLogin login =
              server.generateKE2(attempt.ke1(), registered.record(), CREDENTIAL, "alice", CHEAP)) {
        OpaqueException failure =
            assertThrows(
                OpaqueException.EnvelopeRecovery.class, () -> attempt.generateKE3(login.ke2()));
        assertEquals("wrong username or password", failure.getMessage());
      }
    }
  }

  @Test
  void unknownUsersLookLikeWrongPasswords() throws Exception {
    RegistrationRecord fake = server.fakeRecord();
    assertEquals(fake, new OpaqueServer(setup, SERVER, RANDOM).fakeRecord());
    server.validate(fake);
    RegistrationResult registered = register(alice("a password"), CHEAP);
    try (LoginAttempt attempt = client(CHEAP).generateKE1(alice("a password"));
        ServerLogin unknown = server.generateKE2(attempt.ke1(), fake, CREDENTIAL, "alice", CHEAP);
        ServerLogin known =
            server.generateKE2(attempt.ke1(), registered.record(), CREDENTIAL, "alice", CHEAP)) {
      assertThrows(
          OpaqueException.EnvelopeRecovery.class, () -> attempt.generateKE3(unknown.ke2()));
      assertEquals(known.ke2().toBytes().size(), unknown.ke2().toBytes().size());
      // The same name gets the same evaluation at every try, registered or not.
      assertEquals(known.ke2().evaluatedMessage(), unknown.ke2().evaluatedMessage());
      assertNotEquals(known.ke2().maskedResponse(), unknown.ke2().maskedResponse());
    }
  }

  @Test
  void otherParametersThanAtRegistration() throws Exception {
    RegistrationResult registered = register(alice("a password"), CHEAP);
    KsfParameters other = new KsfParameters(64, 2, 1);
    try (LoginAttempt attempt = client(CHEAP).generateKE1(alice("a password"));
        ServerLogin login =
            server.generateKE2(attempt.ke1(), registered.record(), CREDENTIAL, "alice", other)) {
      assertThrows(
          OpaqueException.ServerAuthentication.class, () -> attempt.generateKE3(login.ke2()));
    }
    try (LoginAttempt attempt = client(other).generateKE1(alice("a password"));
        ServerLogin login =
            server.generateKE2(attempt.ke1(), registered.record(), CREDENTIAL, "alice", other)) {
      assertThrows(OpaqueException.EnvelopeRecovery.class, () -> attempt.generateKE3(login.ke2()));
    }
  }

  @Test
  void otherServersAndCredentials() throws Exception {
    RegistrationResult registered = register(alice("a password"), CHEAP);
    try (ServerSetup otherSetup = ServerSetup.generate(RANDOM);
        ServerSetup sameSeed =
            new ServerSetup(
                SecretBytes.takeOwnershipOf(setup.oprfSeed().copyMaterial()),
                ServerKeyPair.generate(RANDOM));
        LoginAttempt attempt = client(CHEAP).generateKE1(alice("a password"));
        ServerLogin stranger =
            new OpaqueServer(otherSetup, SERVER, RANDOM)
                .generateKE2(attempt.ke1(), registered.record(), CREDENTIAL, "alice", CHEAP);
        ServerLogin thief =
            new OpaqueServer(sameSeed, SERVER, RANDOM)
                .generateKE2(attempt.ke1(), registered.record(), CREDENTIAL, "alice", CHEAP);
        ServerLogin renamed =
            new OpaqueServer(setup, "other.example", RANDOM)
                .generateKE2(attempt.ke1(), registered.record(), CREDENTIAL, "alice", CHEAP);
        ServerLogin otherName =
            server.generateKE2(attempt.ke1(), registered.record(), CREDENTIAL, "alicia", CHEAP);
        ServerLogin otherCredential =
            server.generateKE2(
                attempt.ke1(), registered.record(), Bytes.utf8("credential 2"), "alice", CHEAP)) {
      assertThrows(
          OpaqueException.EnvelopeRecovery.class, () -> attempt.generateKE3(stranger.ke2()));
      assertThrows(OpaqueException.EnvelopeRecovery.class, () -> attempt.generateKE3(thief.ke2()));
      assertThrows(
          OpaqueException.EnvelopeRecovery.class, () -> attempt.generateKE3(otherCredential.ke2()));
      assertThrows(
          OpaqueException.ServerAuthentication.class, () -> attempt.generateKE3(renamed.ke2()));
      assertThrows(
          OpaqueException.ServerAuthentication.class, () -> attempt.generateKE3(otherName.ke2()));
    }
  }

  @Test
  void everyAlterationOfKe2IsRefused() throws Exception {
    RegistrationResult registered = register(alice("a password"), CHEAP);
    try (LoginAttempt attempt = client(CHEAP).generateKE1(alice("a password"));
        ServerLogin login =
            server.generateKE2(attempt.ke1(), registered.record(), CREDENTIAL, "alice", CHEAP)) {
      for (Bytes altered : Tampering.everyAlteration(login.ke2().toBytes())) {
        assertThrows(OpaqueException.class, () -> attempt.generateKE3(KE2.parse(altered)));
      }
      attempt.generateKE3(KE2.parse(login.ke2().toBytes())).close();
    }
  }

  /** An altered KE1 either is no message, or leads to a KE2 that the client refuses. */
  @Test
  void everyAlterationOfKe1IsRefused() throws Exception {
    RegistrationResult registered = register(alice("a password"), CHEAP);
    try (LoginAttempt attempt = client(CHEAP).generateKE1(alice("a password"))) {
      for (Bytes altered : Tampering.everyAlteration(attempt.ke1().toBytes())) {
        assertThrows(
            OpaqueException.class,
            () -> {
              try (ServerLogin login =
                  server.generateKE2(
                      KE1.parse(altered), registered.record(), CREDENTIAL, "alice", CHEAP)) {
                attempt.generateKE3(login.ke2()).close();
              }
            });
      }
    }
  }

  /** An altered record is refused, or gives no login: no other one comes of it. */
  @Test
  void everyAlterationOfTheRecordIsRefused() throws Exception {
    Bytes record = register(alice("a password"), CHEAP).record().toBytes();
    try (LoginAttempt attempt = client(CHEAP).generateKE1(alice("a password"))) {
      for (Bytes altered : Tampering.everyAlteration(record)) {
        assertThrows(
            OpaqueException.class,
            () -> {
              RegistrationRecord parsed = RegistrationRecord.parse(altered);
              server.validate(parsed);
              try (ServerLogin login =
                  server.generateKE2(attempt.ke1(), parsed, CREDENTIAL, "alice", CHEAP)) {
                attempt.generateKE3(login.ke2()).close();
              }
            });
      }
    }
  }

  /**
   * The identity, points off the curve, coordinates out of range, uncompressed and hybrid forms,
   * wrong lengths.
   */
  @Test
  void unusablePointsAreRefused() throws Exception {
    String x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    List<Bytes> unusable = new ArrayList<>();
    for (String hex :
        List.of(
            "00" + "00".repeat(32),
            "04" + x,
            "05" + x,
            "06" + x,
            "01" + x,
            "02" + "ff".repeat(32),
            "03" + "ff".repeat(32),
            // p itself, p + the base point's x reduced would be the same point: out of range.
            "02" + "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            "02" + "ffffffff00000001000000000000000000000001000000000000000000000004")) {
      unusable.add(Bytes.fromHex(hex));
    }
    int offCurve = 0;
    for (int i = 0; i < 40; i++) {
      Bytes candidate = Bytes.concat(Bytes.fromHex("02"), Sha256.hash(Bytes.utf8("x" + i)));
      try {
        P256.deserialize("x", candidate);
      } catch (OpaqueException.Malformed e) {
        unusable.add(candidate);
        offCurve++;
      }
    }
    assertTrue(offCurve > 5 && offCurve < 35, "off the curve: " + offCurve);
    Bytes good = P256.publicKey(BigInteger.TEN);
    for (Bytes bad : unusable) {
      assertThrows(OpaqueException.Malformed.class, () -> P256.deserialize("x", bad), bad::hex);
      assertThrows(
          OpaqueException.Malformed.class,
          () -> server.createRegistrationResponse(new RegistrationRequest(bad), CREDENTIAL));
      Bytes nonce = Bytes.wrap(new byte[32]);
      assertThrows(
          OpaqueException.Malformed.class,
          () ->
              server.generateKE2(
                  new KE1(bad, nonce, good), server.fakeRecord(), CREDENTIAL, "a", CHEAP));
      assertThrows(
          OpaqueException.Malformed.class,
          () ->
              server.generateKE2(
                  new KE1(good, nonce, bad), server.fakeRecord(), CREDENTIAL, "a", CHEAP));
      assertThrows(
          OpaqueException.Malformed.class,
          () -> server.validate(new RegistrationRecord(bad, nonce, Bytes.wrap(new byte[64]))));
      try (RegistrationAttempt attempt =
          client(CHEAP).createRegistrationRequest(alice("a password"))) {
        assertThrows(
            OpaqueException.Malformed.class,
            () -> attempt.finalizeRegistrationRequest(new RegistrationResponse(bad, good)));
        assertThrows(
            OpaqueException.Malformed.class,
            () -> attempt.finalizeRegistrationRequest(new RegistrationResponse(good, bad)));
      }
    }
    for (int size : new int[] {0, 1, 32, 34, 65}) {
      Bytes wrong = Bytes.wrap(new byte[size]);
      assertThrows(OpaqueException.Malformed.class, () -> P256.deserialize("x", wrong));
      assertThrows(OpaqueException.Malformed.class, () -> RegistrationRequest.parse(wrong));
      assertThrows(IllegalArgumentException.class, () -> new RegistrationRequest(wrong));
    }
  }

  @Test
  void messagesHaveTheirSizes() {
    for (int size : new int[] {0, 32, 97, 99, 258, 260, 66, 129, 193}) {
      Bytes bytes = Bytes.wrap(new byte[size]);
      if (size != RegistrationRequest.SIZE) {
        assertThrows(OpaqueException.Malformed.class, () -> RegistrationRequest.parse(bytes));
      }
      if (size != RegistrationResponse.SIZE) {
        assertThrows(OpaqueException.Malformed.class, () -> RegistrationResponse.parse(bytes));
      }
      if (size != RegistrationRecord.SIZE) {
        assertThrows(OpaqueException.Malformed.class, () -> RegistrationRecord.parse(bytes));
      }
      assertThrows(OpaqueException.Malformed.class, () -> KE1.parse(bytes));
      assertThrows(OpaqueException.Malformed.class, () -> KE2.parse(bytes));
      if (size != KE3.SIZE) {
        assertThrows(OpaqueException.Malformed.class, () -> KE3.parse(bytes));
      }
    }
    assertEquals(98, KE1.SIZE);
    assertEquals(259, KE2.SIZE);
    assertEquals(32, KE3.SIZE);
    assertEquals(129, RegistrationRecord.SIZE);
  }

  @Test
  void blindingHidesThePassword() throws Exception {
    try (LoginAttempt one = client(CHEAP).generateKE1(alice("a password"));
        LoginAttempt two = client(CHEAP).generateKE1(alice("a password"))) {
      assertNotEquals(one.ke1().blindedMessage(), two.ke1().blindedMessage());
      assertNotEquals(one.ke1().clientNonce(), two.ke1().clientNonce());
      assertNotEquals(one.ke1().clientPublicKeyshare(), two.ke1().clientPublicKeyshare());
    }
  }

  @Test
  void parametersOutsideThePolicyAreRefused() throws Exception {
    KsfPolicy.STANDARD.check(KsfParameters.DEFAULT);
    KsfPolicy.STANDARD.check(new KsfParameters(1024 * 1024, 3, 1));
    for (KsfParameters refused :
        List.of(
            new KsfParameters(64 * 1024 - 1, 3, 4),
            new KsfParameters(64 * 1024, 2, 4),
            new KsfParameters(1024 * 1024 + 1, 3, 4),
            new KsfParameters(64 * 1024, 65, 4),
            new KsfParameters(64 * 1024, 3, 65))) {
      assertThrows(
          OpaqueException.UnacceptableParameters.class, () -> KsfPolicy.STANDARD.check(refused));
      assertThrows(
          OpaqueException.UnacceptableParameters.class,
          () -> new OpaqueClient(refused, KsfPolicy.STANDARD, RANDOM));
    }
    assertThrows(IllegalArgumentException.class, () -> new KsfParameters(7, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new KsfParameters(64, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new KsfParameters(64, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new KsfParameters(1 << 20, 1, 256));
    assertThrows(IllegalArgumentException.class, () -> new KsfParameters(-1, -1, -1));
  }

  @Test
  void serverKeys() {
    byte[] order =
        Bytes.fromHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
            .toByteArray();
    for (byte[] wrong :
        List.of(new byte[32], order, new byte[31], new byte[33], filled(32, 0xff))) {
      assertThrows(IllegalArgumentException.class, () -> ServerKeyPair.takeOwnershipOf(wrong));
    }
    try (ServerKeyPair key = ServerKeyPair.generate(RANDOM);
        SecretBytes copy = key.copyPrivateKey();
        ServerKeyPair again = ServerKeyPair.takeOwnershipOf(copy.copyMaterial())) {
      assertEquals(key.publicKey(), again.publicKey());
      assertFalse(key.toString().contains(Bytes.wrap(copy.copyMaterial()).hex().substring(0, 8)));
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new ServerSetup(
                SecretBytes.takeOwnershipOf(new byte[31]), ServerKeyPair.generate(RANDOM)));
    assertThrows(IllegalArgumentException.class, () -> LoginState.takeOwnershipOf(new byte[63]));
  }

  private static byte[] filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void closedAttemptsDoNothing() throws Exception {
    RegistrationResult registered = register(alice("a password"), CHEAP);
    LoginAttempt attempt = client(CHEAP).generateKE1(alice("a password"));
    try (ServerLogin login =
        server.generateKE2(attempt.ke1(), registered.record(), CREDENTIAL, "alice", CHEAP)) {
      attempt.close();
      assertThrows(IllegalStateException.class, () -> attempt.generateKE3(login.ke2()));
    }
  }
}
