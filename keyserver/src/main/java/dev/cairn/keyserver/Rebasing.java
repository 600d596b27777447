package dev.cairn.keyserver;

import dev.cairn.journal.record.EpochOpened;
import dev.cairn.keyserver.commitfile.CommitStorage;
import dev.cairn.keyserver.engine.Engine;
import dev.cairn.keyserver.engine.KeyRings;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.home.Home;
import dev.cairn.keyserver.rebase.BaseAnnouncer;
import dev.cairn.keyserver.rebase.Rebase;
import dev.cairn.keyserver.rebase.RebaseListener;
import dev.cairn.keyserver.rebase.RebaseReport;
import dev.cairn.keyserver.rebase.Workshop;
import dev.cairn.keyserver.state.SealedBase;
import dev.cairn.keyserver.state.StateStore;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rebases of one open home, one at a time. Thread-safe. */
final class Rebasing {
  private static final Logger LOG = LoggerFactory.getLogger(Rebasing.class);

  private final Home home;
  private final KeyRings keys;
  private final Engine engine;
  private final Provider provider;
  private final BaseAnnouncer announcer;
  private final CommitStorage storage;
  private final StateStore store;
  private final Workshop workshop;
  private final ReentrantLock one = new ReentrantLock();

  Rebasing(
      Home home,
      KeyRings keys,
      Engine engine,
      Provider provider,
      BaseAnnouncer announcer,
      CommitStorage storage,
      StateStore store,
      Workshop workshop) {
    this.home = home;
    this.keys = keys;
    this.engine = engine;
    this.provider = provider;
    this.announcer = announcer;
    this.storage = storage;
    this.store = store;
    this.workshop = workshop;
  }

  /** Whether the provider may not know yet of the base that this home writes on. */
  boolean isPending() {
    return announcer.isPending();
  }

  /** Removes what a rebase left that had come to its end; before the engine starts. */
  void clearAfterCrash() {
    if (announcer.isPending()) {
      return;
    }
    long epoch = engine.position().epoch();
    Optional<SealedBase> left = workshop.existing();
    if (left.isEmpty()) {
      return;
    }
    boolean over;
    try (SealedBase base = left.get()) {
      over = base.target().epoch() <= epoch;
    }
    if (over && store.checkpoint()) {
      workshop.clear();
    }
  }

  /** Goes over to a base under the keys of that version; the provider hears of it later. */
  RebaseReport run(Publishing publishing, int keyVersion, RebaseListener listener)
      throws InterruptedException {
    if (!one.tryLock()) {
      throw new UnavailableException("The state is being uploaded anew already");
    }
    try {
      if (announcer.isPending()) {
        throw new UnavailableException(
            "The provider has not taken the last base yet, and does so before another one can be"
                + " made"
                + publishing.trouble().map(why -> " (" + why + ")").orElse(""));
      }
      announcer.listen(listener);
      return new Rebase(
              engine,
              keys.of(keyVersion),
              workshop,
              provider.rebase(),
              provider.signers(),
              storage,
              new Publishers(publishing),
              listener)
          .run();
    } finally {
      one.unlock();
    }
  }

  /** All is backed up: what was made on the way goes, and the provider is asked to compact. */
  void finish() throws InterruptedException {
    engine.signEmptyRecord(); // so that there is something to compact
    if (!announcer.isPending() && engine.checkpointStore()) {
      workshop.clear();
    }
    try {
      provider.signers().call(signer -> provider.owner().compact(signer));
    } catch (CairnException e) {
      LOG.info("The provider was not asked to compact, and does so when it is due", e);
    }
  }

  private final class Publishers implements Rebase.Handover {
    private final Publishing publishing;

    Publishers(Publishing publishing) {
      this.publishing = publishing;
    }

    @Override
    public void stop() {
      publishing.stop();
    }

    @Override
    public void opened(EpochOpened opening) {
      home.replaceIdentity(home.identity().at(opening.keyVersion(), opening.epoch()));
    }

    @Override
    public void start() {
      publishing.start();
    }
  }
}
