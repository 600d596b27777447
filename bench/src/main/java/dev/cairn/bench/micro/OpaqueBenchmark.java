package dev.cairn.bench.micro;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.opaque.KE3;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.crypto.opaque.LoginAttempt;
import dev.cairn.crypto.opaque.LoginResult;
import dev.cairn.crypto.opaque.LoginState;
import dev.cairn.crypto.opaque.OpaqueClient;
import dev.cairn.crypto.opaque.OpaqueServer;
import dev.cairn.crypto.opaque.PasswordInput;
import dev.cairn.crypto.opaque.RegistrationAttempt;
import dev.cairn.crypto.opaque.RegistrationRecord;
import dev.cairn.crypto.opaque.RegistrationResult;
import dev.cairn.crypto.opaque.ServerLogin;
import dev.cairn.crypto.opaque.ServerSetup;
import java.security.SecureRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A login by OPAQUE: what the server computes, and what the client does, Argon2id included. */
@State(Scope.Thread)
public class OpaqueBenchmark {
  private static final String SERVER = "bench";
  private static final String USER = "owner";

  private final SecureRandom random = new SecureRandom();
  private final OpaqueServer server =
      new OpaqueServer(ServerSetup.generate(random), SERVER, random);
  private final Bytes identifier = Bytes.utf8("credential");
  private OpaqueClient client;
  private RegistrationRecord record;
  private LoginAttempt attempt;
  private byte[] state;
  private KE3 ke3;

  /** Registers, and logs in as far as the last message. */
  @Setup
  public void prepare() throws Exception {
    client = new OpaqueClient(KsfParameters.DEFAULT, KsfPolicy.STANDARD, random);
    try (PasswordInput password = password();
        RegistrationAttempt registration = client.createRegistrationRequest(password);
        RegistrationResult result =
            registration.finalizeRegistrationRequest(
                server.createRegistrationResponse(registration.request(), identifier))) {
      record = result.record();
    }
    try (PasswordInput password = password()) {
      attempt = client.generateKE1(password);
    }
    try (ServerLogin login = ke2();
        LoginResult result = attempt.generateKE3(login.ke2())) {
      ke3 = result.ke3();
      state = login.state().copyMaterial();
    }
    try (PasswordInput password = password()) {
      attempt = client.generateKE1(password);
    }
  }

  private static PasswordInput password() throws Exception {
    try (SecretBytes password =
        SecretBytes.takeOwnershipOf(
            Bytes.utf8("correct horse battery staple walnut").toByteArray())) {
      return PasswordInput.of(SERVER, USER, password);
    }
  }

  private ServerLogin ke2() throws Exception {
    return server.generateKE2(attempt.ke1(), record, identifier, USER, KsfParameters.DEFAULT);
  }

  /** Both messages of the server. */
  @Benchmark
  public int serverLogin() throws Exception {
    int size;
    try (ServerLogin login = ke2()) {
      size = login.ke2().toBytes().size();
    }
    try (LoginState finishing = LoginState.takeOwnershipOf(state.clone());
        SecretBytes key = finishing.serverFinish(ke3)) {
      return size + key.size();
    }
  }

  /** A whole login: client and server, 64 MiB of Argon2id in it. */
  @Benchmark
  public int wholeLogin() throws Exception {
    try (PasswordInput password = password();
        LoginAttempt login = client.generateKE1(password);
        ServerLogin answer =
            server.generateKE2(login.ke1(), record, identifier, USER, KsfParameters.DEFAULT);
        LoginResult result = login.generateKE3(answer.ke2())) {
      return result.exportKey().size();
    }
  }
}
