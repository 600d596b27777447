package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;
import java.util.Optional;

/**
 * The identities of both parties; where one is empty, its public key stands for it (RFC 9807
 * section 4).
 */
record Identities(Optional<Bytes> client, Optional<Bytes> server) {
  static Identities of(String username, String serverName) {
    return new Identities(Optional.of(Bytes.utf8(username)), Optional.of(Bytes.utf8(serverName)));
  }

  Bytes client(Bytes clientPublicKey) {
    return client.orElse(clientPublicKey);
  }

  Bytes server(Bytes serverPublicKey) {
    return server.orElse(serverPublicKey);
  }
}
