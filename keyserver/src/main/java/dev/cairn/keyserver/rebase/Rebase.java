package dev.cairn.keyserver.rebase;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.keyserver.commitfile.CommitStorage;
import dev.cairn.keyserver.engine.Engine;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.service.RebasePort;
import dev.cairn.keyserver.service.Signers;
import dev.cairn.keyserver.state.SealedBase;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Uploads the whole state, sealed anew, and goes over to it in the next epoch.
 *
 * <table>
 * <caption>Order; {@link RebaseStep} names what is certain after each step</caption>
 * <tr><th>what</th><th>transactions meanwhile</th></tr>
 * <tr><td>seal all, upload; again what has changed, until that is little</td><td>as always</td></tr>
 * <tr><td>hold still; seal and upload the last changes, then the manifest</td><td>wait in the queue</td></tr>
 * <tr><td>sign the opening and force it to disk: <b>from here on it is decided</b></td><td>wait</td></tr>
 * <tr><td>the store goes over</td><td>wait</td></tr>
 * <tr><td>take the epoch; the provider verifies the base and publishes it ({@link BaseAnnouncer})</td><td>durable here,
 * backed up after it</td></tr>
 * <tr><td>publish the opening, and what follows it</td><td>as always</td></tr>
 * </table>
 *
 * <p>Before the decision a crash, or another writer, leaves the old epoch and what was sealed and
 * uploaded so far, which the next attempt goes on with. After it the home goes on by itself
 * whenever it is open. For one thread.
 */
public final class Rebase {
  private static final int SLICES_A_ROUND = 100_000;
  private static final int MAX_PASSES = 6;
  private static final long FEW = 500;
  private static final int ID_BYTES = 16;

  private final Engine engine;
  private final KeyRing keys;
  private final Workshop workshop;
  private final RebasePort service;
  private final Signers signers;
  private final CommitStorage storage;
  private final Handover handover;
  private final RebaseListener listener;
  private final SecureRandom random = new SecureRandom();
  private long bytes;

  /** Publishing, which belongs to one epoch. */
  public interface Handover {
    /** Stops publishing in the old epoch. */
    void stop();

    /** The home is in the opening's epoch now. */
    void opened(EpochOpened opening);

    /** Publishes again, in the epoch in force. */
    void start();
  }

  /**
   * @param keys of the key version to go over to: the one in force, or the next one
   */
  public Rebase(
      Engine engine,
      KeyRing keys,
      Workshop workshop,
      RebasePort service,
      Signers signers,
      CommitStorage storage,
      Handover handover,
      RebaseListener listener) {
    this.engine = engine;
    this.keys = keys;
    this.workshop = workshop;
    this.service = service;
    this.signers = signers;
    this.storage = storage;
    this.handover = handover;
    this.listener = listener;
  }

  /**
   * Does it, up to the local decision; what follows happens by itself.
   *
   * @throws UnavailableException if the service cannot be reached: what is done so far stays
   */
  public RebaseReport run() throws InterruptedException {
    long begun = System.nanoTime();
    Engine.Position now = engine.position();
    SealedBase.Target target =
        new SealedBase.Target(keys.userId(), keys.keyVersion(), now.epoch() + 1);
    try (SealedBase base = workshop.open(target)) {
      BaseFiles files = new BaseFiles(base, workshop.files(), this::upload);
      int passes = 0;
      long changed;
      do {
        changed = seal(base, now.objects());
        files.send(listener::uploaded);
        listener.reached(RebaseStep.PASS_UPLOADED);
        passes++;
      } while (changed > FEW + base.tags() / 1000 && passes < MAX_PASSES);
      long held = System.nanoTime();
      EpochOpened opened = engine.holdingStill(() -> goOver(base, files, now.epoch()));
      return new RebaseReport(
          opened.keyVersion(),
          opened.epoch(),
          opened.index(),
          opened.objectCount(),
          bytes,
          passes,
          Duration.ofNanos(System.nanoTime() - held),
          Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  private long seal(SealedBase base, long live) {
    long changed = 0;
    SealedBase.Round round;
    do {
      round = base.bring(keys, SLICES_A_ROUND);
      changed += round.sealed() + round.removed();
      listener.sealed(base.tags(), Math.max(live, base.tags()));
      listener.reached(RebaseStep.SEALED);
    } while (!round.complete());
    return changed;
  }

  private void upload(String name, Bytes content) {
    signers.call(signer -> {
      service.uploadBaseFile(signer, keys.keyVersion(), epochOfUpload(), name, content);
      return true;
    });
    bytes += content.size();
    listener.reached(RebaseStep.FILE_UPLOADED);
  }

  private long epochOfUpload() {
    return engine.position().epoch() + 1;
  }

  private EpochOpened goOver(SealedBase base, BaseFiles files, long epoch) {
    if (engine.position().epoch() != epoch) {
      throw new UnavailableException("The keyserver went over to another epoch meanwhile");
    }
    seal(base, base.tags());
    files.send(listener::uploaded);
    listener.reached(RebaseStep.HELD_STILL);
    Bytes manifest = files.sendManifest();
    listener.reached(RebaseStep.MANIFEST_UPLOADED);
    base.force();
    handover.stop();
    try {
      byte[] id = new byte[ID_BYTES];
      random.nextBytes(id);
      try {
        new PendingBase(Bytes.wrap(id).hex(), epoch).write(storage);
      } catch (IOException e) {
        throw new UnavailableException(
            "The disk does not take anything (" + e.getMessage() + "). Nothing was changed", e);
      }
      listener.reached(RebaseStep.ANNOUNCED_HERE);
      Consumer<EpochOpened> decided = opening -> listener.reached(RebaseStep.DECIDED);
      EpochOpened opened = engine.openOnBase(base, workshop.database(), manifest, decided);
      handover.opened(opened);
      listener.reached(RebaseStep.GONE_OVER);
      return opened;
    } finally {
      handover.start();
    }
  }
}
