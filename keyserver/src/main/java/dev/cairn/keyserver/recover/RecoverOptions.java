package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.service.OwnerConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What to recover, and where to. {@link #of} suits most; every {@code with…} gives a changed copy.
 *
 * @param home where the home is to appear: absent, or an empty directory
 * @param config which service
 * @param username as registered
 * @param readOnly for drills: the log is not taken over, and the home refuses writes
 * @param checkpoint what {@code status} printed once: the backup must have reached it
 * @param acceptHead 32 bytes: the last accepted head of a damaged log, which the owner accepts as
 *     the end
 * @param downloads files that are fetched at a time
 */
public record RecoverOptions(
    Path home,
    OwnerConfig config,
    String username,
    boolean readOnly,
    Optional<Checkpoint> checkpoint,
    Optional<Bytes> acceptHead,
    int downloads) {
  private static final int DOWNLOADS = 4;
  private static final int MAX_DOWNLOADS = 64;
  private static final int HEAD_BYTES = 32;

  // Shorter ones are usernames.
  private static final Pattern ADDRESS = Pattern.compile("0[xX].{40}");

  /** Checks the ranges. */
  public RecoverOptions {
    if (downloads < 1 || downloads > MAX_DOWNLOADS) {
      throw new IllegalArgumentException("1 to " + MAX_DOWNLOADS + " files are fetched at a time");
    }
    if (acceptHead.isPresent() && acceptHead.get().size() != HEAD_BYTES) {
      throw new IllegalArgumentException("A fingerprint has 64 hex digits");
    }
  }

  /**
   * A recovery that takes the log over.
   *
   * @param username or an Ethereum address in any spelling
   * @throws MalformedInputException if it is an address with a mistake in it
   */
  public static RecoverOptions of(Path home, OwnerConfig config, String username) {
    return new RecoverOptions(
        home, config, identity(username), false, Optional.empty(), Optional.empty(), DOWNLOADS);
  }

  // The bundle names an address in the one spelling that is compared and looked up.
  private static String identity(String given) {
    if (!ADDRESS.matcher(given).matches()) {
      return given;
    }
    try {
      return EthereumAddress.parse(given).lowerCase();
    } catch (MalformedTextException e) {
      throw new MalformedInputException(e.getMessage() + ". Nothing was sent", e);
    }
  }

  /** Without a takeover, if true. */
  public RecoverOptions withReadOnly(boolean only) {
    return new RecoverOptions(home, config, username, only, checkpoint, acceptHead, downloads);
  }

  /** Holds the backup to a checkpoint. */
  public RecoverOptions withCheckpoint(Checkpoint known) {
    return new RecoverOptions(
        home, config, username, readOnly, Optional.of(known), acceptHead, downloads);
  }

  /** Accepts this head as the end of a damaged log. */
  public RecoverOptions withAcceptHead(Bytes head) {
    return new RecoverOptions(
        home, config, username, readOnly, checkpoint, Optional.of(head), downloads);
  }

  /** Fetches that many files at a time. */
  public RecoverOptions withDownloads(int files) {
    return new RecoverOptions(home, config, username, readOnly, checkpoint, acceptHead, files);
  }
}
