package dev.cairn.keyserver.recover;

import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.home.HomeBuilder;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.RecoveryPort;
import dev.cairn.keyserver.service.ServiceClient;
import dev.cairn.keyserver.service.ServiceRefusedException;
import dev.cairn.keyserver.setup.EpochAppender;
import dev.cairn.keyserver.setup.KafkaEpochAppender;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * Recovers a keyserver from its backup, with nothing but a name and a secret.
 *
 * <p>Guaranteed: a home appears only when every byte in it has been verified against what the old
 * keyserver signed: files by digest, objects by seal, the state by its digest, the log by its
 * chain, all under the author key that comes out of the recovery bundle. Anything else ends with an
 * exception, never with a part. An unfinished recovery goes on where it stopped when it is run
 * again.
 *
 * <p>Not guaranteed: that nothing is missing at the end. A provider that shows an older whole is
 * noticed only by the floor in the bundle and by a checkpoint that the owner kept; {@link
 * RecoveryReport#newestSigned} says how old it is.
 */
public final class Recovery {
  private final RecoveryPort port;
  private final EpochAppender appender;
  private final KsfPolicy policy;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /** A recovery through any service, with any log. */
  Recovery(RecoveryPort port, EpochAppender appender, KsfPolicy policy, Clock clock) {
    this.port = port;
    this.appender = appender;
    this.policy = policy;
    this.clock = clock;
  }

  /**
   * Says what a recovery would do. Nothing is changed and nothing is written here.
   *
   * @param password stays the caller's to close
   * @throws dev.cairn.keyserver.error.WrongSecretException if it is not the one
   * @throws dev.cairn.keyserver.error.IntegrityException if there is nothing that holds
   */
  public static RecoveryPlan plan(
      RecoverOptions options, SecretBytes password, ProgressListener listener) {
    return plan(options, Proof.ofPassword(password), listener);
  }

  /** As above, with any secret and a second factor. */
  public static RecoveryPlan plan(RecoverOptions options, Proof proof, ProgressListener listener) {
    try (ServiceClient client = new ServiceClient(options.config())) {
      return understood(() -> production(client.recovery()).planned(options, proof, listener));
    }
  }

  /**
   * Recovers.
   *
   * @param password stays the caller's to close
   * @throws MalformedInputException if the home's place is taken
   * @throws dev.cairn.keyserver.error.WrongSecretException if the password is not the one; nothing
   *     is left here
   * @throws dev.cairn.keyserver.error.IntegrityException if the backup is not what was signed; no
   *     home is left
   * @throws dev.cairn.keyserver.error.UnavailableException if it cannot go on now; what is done so
   *     far is kept for a repeat
   */
  public static RecoveryReport recover(
      RecoverOptions options, SecretBytes password, ProgressListener listener) {
    return recover(options, Proof.ofPassword(password), listener);
  }

  /** As above, with any secret and a second factor. */
  public static RecoveryReport recover(
      RecoverOptions options, Proof proof, ProgressListener listener) {
    try (ServiceClient client = new ServiceClient(options.config())) {
      return understood(() -> production(client.recovery()).recovered(options, proof, listener));
    }
  }

  /**
   * Recovers read-only with the backup key itself instead of the password: what a keyserver does to
   * see whether its backup holds. Login, bundle and possession are not tried.
   *
   * @param content with the keyserver's own keys; closed by this
   */
  public static RecoveryReport recoverAsOwner(
      RecoverOptions options,
      ServiceClient client,
      OwnerSigner signer,
      BundleContent content,
      ProgressListener listener) {
    Recovery recovery = production(client.recovery());
    try (Access access =
            Access.ofOwner(new OwnerBackupPort(client.owner(), signer), content, recovery.random);
        HomeBuilder home = HomeBuilder.begin(options.home())) {
      return understood(
          () -> recovery.run(options.withReadOnly(true), access, listener).recover(home));
    }
  }

  /** A refusal for a reason that this version does not know is one that may pass. */
  static <T> T understood(Supplier<T> recovery) {
    try {
      return recovery.get();
    } catch (ServiceRefusedException e) {
      throw new UnavailableException(
          e.getMessage()
              + ". Nothing was recovered and nothing that is stored was changed; ask the provider,"
              + " or try a newer version of this program",
          e);
    }
  }

  private RecoveryRun run(RecoverOptions options, Access access, ProgressListener listener) {
    return new RecoveryRun(options, access, appender, clock, random, listener);
  }

  private static Recovery production(RecoveryPort port) {
    return new Recovery(port, new KafkaEpochAppender(), KsfPolicy.STANDARD, Clock.systemUTC());
  }

  RecoveryPlan planned(RecoverOptions options, SecretBytes password, ProgressListener listener) {
    return planned(options, Proof.ofPassword(password), listener);
  }

  RecoveryPlan planned(RecoverOptions options, Proof proof, ProgressListener listener) {
    listener.progress(new Progress(Phase.LOGIN, 0, 0, 0));
    try (Access access = Access.open(port, options.username(), proof, policy, random)) {
      return run(options, access, listener).plan();
    }
  }

  RecoveryReport recovered(
      RecoverOptions options, SecretBytes password, ProgressListener listener) {
    return recovered(options, Proof.ofPassword(password), listener);
  }

  RecoveryReport recovered(RecoverOptions options, Proof proof, ProgressListener listener) {
    listener.progress(new Progress(Phase.LOGIN, 0, 0, 0));
    try (HomeBuilder home = HomeBuilder.begin(options.home());
        Access access = Access.open(port, options.username(), proof, policy, random)) {
      return run(options, access, listener).recover(home);
    }
  }
}
