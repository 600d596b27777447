package dev.cairn.recovery.accounts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import java.io.IOException;

/**
 * A checkpoint's bytes: {@code SHA-256 of the rest (32) ‖ JSON {version, offset, state}}. The
 * digest finds damage; the storage is not an adversary to the service that owns it.
 *
 * <p>Version 2 added what an account is allowed and its revision, invitations, and what a rebuild
 * leaves; version 1 is read as if nobody had ever used any of it. Version 3 added what opens an
 * account; before it that was always a password alone.
 */
final class CheckpointCodec {
  private static final int VERSION = 3;

  /** State after every command before {@code offset}. */
  record Checkpoint(int version, long offset, AccountsSnapshot state) {}

  private CheckpointCodec() {}

  static Bytes encode(long offset, AccountsSnapshot state) {
    try {
      Bytes body =
          Bytes.wrap(AccountsJson.MAPPER.writeValueAsBytes(new Checkpoint(VERSION, offset, state)));
      return Bytes.concat(Sha256.hash(body), body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the state of the accounts cannot be written", e);
    }
  }

  /** Reads it back; {@link IOException} when it is damaged or of a later version. */
  static Checkpoint decode(Bytes stored) throws IOException {
    if (stored.size() < Sha256.SIZE) {
      throw new IOException("too short for a checkpoint");
    }
    Bytes body = stored.slice(Sha256.SIZE, stored.size());
    if (!Sha256.hash(body).equals(stored.slice(0, Sha256.SIZE))) {
      throw new IOException("the checkpoint is damaged");
    }
    JsonNode read = AccountsJson.MAPPER.readTree(body.toByteArray());
    int version = read.path("version").asInt();
    if (version == 1) {
      addWhatIsAllowed((ObjectNode) read);
    }
    if (version == 1 || version == 2) {
      addWhatOpens((ObjectNode) read);
    } else if (version != VERSION) {
      throw new IOException("checkpoint version " + version);
    }
    return AccountsJson.MAPPER.treeToValue(read, Checkpoint.class);
  }

  private static void addWhatIsAllowed(ObjectNode checkpoint) throws IOException {
    ObjectNode state = state(checkpoint);
    for (JsonNode account : state.path("accounts")) {
      ((ObjectNode) account).put("status", Account.Status.ACTIVE.name()).put("revision", 0L);
    }
    state.putArray("invitations");
    state.put("applied", checkpoint.path("offset").asLong());
    state.put("noncesAfter", 0L);
    state.put("rebuild", "");
  }

  private static void addWhatOpens(ObjectNode checkpoint) throws IOException {
    ObjectNode state = state(checkpoint);
    for (JsonNode account : state.path("accounts")) {
      AccountCodec.addCredentials((ObjectNode) account);
    }
    state.putArray("factors");
    checkpoint.put("version", VERSION);
  }

  private static ObjectNode state(ObjectNode checkpoint) throws IOException {
    if (!(checkpoint.path("state") instanceof ObjectNode state)) {
      throw new IOException("a checkpoint without a state");
    }
    return state;
  }
}
