package dev.cairn.keyserver.recover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.home.DurableFiles;
import dev.cairn.keyserver.service.SnapshotRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an unfinished recovery leaves beside the place of its home, so that a repeat goes on: files
 * of snapshots as the service gave them, and how far the takeover is. Nothing in it is secret, and
 * nothing is believed again without being verified again.
 *
 * <p>Belongs to one user of one service: another one's is emptied.
 */
final class WorkDirectory {
  /**
   * How far a takeover is.
   *
   * @param takeoverId 32 hex digits, chosen here
   * @param record the signed {@code EpochOpened} in wire format, once there is one; it may have
   *     been sent
   */
  record TakeoverState(String takeoverId, Optional<Bytes> record) {}

  private static final int FORMAT_VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;

  private WorkDirectory(Path directory) {
    this.directory = directory;
  }

  /** The place that belongs to a home. */
  static Path beside(Path home) {
    Path target = home.toAbsolutePath().normalize();
    return target.resolveSibling("." + target.getFileName() + ".recovering");
  }

  /** Opens what an earlier run left, or begins anew. */
  static WorkDirectory open(Path home, UserId userId, String serverName) {
    WorkDirectory work = new WorkDirectory(beside(home));
    try {
      String owner =
          JSON.createObjectNode()
              .put("formatVersion", FORMAT_VERSION)
              .put("userId", userId.value())
              .put("serverName", serverName)
              .toString();
      Path identity = work.directory.resolve("recovery.json");
      if (Files.notExists(identity)
          || !JSON.readTree(identity.toFile()).equals(JSON.readTree(owner))) {
        DurableFiles.removeTree(work.directory);
        DurableFiles.createPrivateDirectory(work.directory);
        DurableFiles.replace(identity, Bytes.utf8(owner).toByteArray());
      }
      return work;
    } catch (IOException e) {
      throw new UncheckedIOException("No recovery can work in " + work.directory, e);
    }
  }

  /** Where the files of a snapshot go; it exists. */
  Path snapshot(SnapshotRef ref) {
    try {
      return Files.createDirectories(
          directory.resolve("snapshots").resolve(ref.keyVersion() + "-" + ref.directory().name()));
    } catch (IOException e) {
      throw new UncheckedIOException("No recovery can work in " + directory, e);
    }
  }

  /** Gives up what was fetched of a snapshot that does not hold. */
  void discard(SnapshotRef ref) {
    try {
      DurableFiles.removeTree(snapshot(ref));
    } catch (IOException e) {
      throw new UncheckedIOException("A broken snapshot cannot be removed from " + directory, e);
    }
  }

  /** How far the takeover is, if one was begun; what cannot be read counts as none. */
  Optional<TakeoverState> takeover() {
    Path file = directory.resolve("takeover.json");
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(file.toFile());
      String id = json.path("takeoverId").asText();
      if (!id.matches("[0-9a-f]{32}")) {
        return Optional.empty();
      }
      return Optional.of(
          new TakeoverState(
              id,
              json.has("record")
                  ? Optional.of(Bytes.fromBase64Url(json.get("record").asText()))
                  : Optional.empty()));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Remembers how far the takeover is; it survives a loss of power. */
  void remember(TakeoverState state) {
    ObjectNode json = JSON.createObjectNode().put("takeoverId", state.takeoverId());
    state.record().ifPresent(record -> json.put("record", record.base64Url()));
    try {
      DurableFiles.replace(
          directory.resolve("takeover.json"), Bytes.utf8(json.toString()).toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("The takeover cannot be remembered in " + directory, e);
    }
  }

  /** All is done. */
  void remove() {
    try {
      DurableFiles.removeTree(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The home is complete, but what the recovery worked with cannot be removed: " + directory,
          e);
    }
  }
}
