package dev.cairn.compactor.work;

import dev.cairn.compactor.catalog.PublishedSnapshot;
import dev.cairn.compactor.log.LogEntry;
import dev.cairn.compactor.log.LogExtent;
import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.compactor.log.UserLog;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.Authenticator;
import dev.cairn.journal.judge.ChainPosition;
import dev.cairn.journal.judge.Examined;
import dev.cairn.journal.judge.Judge;
import dev.cairn.journal.judge.TrustedKeys;
import java.util.List;
import java.util.Optional;

/** How far the accepted chain goes, without folding the state. */
record ChainOverview(Optional<ChainPosition> position) {

  static ChainOverview read(
      Authenticator authenticator,
      UserId userId,
      Optional<PublishedSnapshot> from,
      UserLog log,
      LogExtent extent)
      throws LogUnavailableException {
    Judging judging = new Judging(authenticator, userId, from);
    log.<RuntimeException>read(
        extent.start(),
        extent.end(),
        entries -> {
          judging.take(entries);
          return true;
        });
    return new ChainOverview(judging.judge.position());
  }

  private static final class Judging {
    private final Authenticator authenticator;
    private final UserId userId;
    private final Optional<PublishedSnapshot> from;
    private Judge judge;
    private boolean anchored;

    Judging(Authenticator authenticator, UserId userId, Optional<PublishedSnapshot> from) {
      this.authenticator = authenticator;
      this.userId = userId;
      this.from = from;
      this.anchored = from.isEmpty();
      this.judge = newJudge();
    }

    private void take(List<LogEntry> entries) {
      List<Examined> examined =
          authenticator.examineAll(
              entries.stream().map(LogEntry::value).toList(), judge.candidateKeys());
      for (int i = 0; i < entries.size(); i++) {
        if (!anchored
            && from.isPresent()
            && examined.get(i).record().filter(from.get().anchor()::isCopy).isPresent()) {
          anchored = true;
          judge = newJudge();
        } else {
          judge.judge(entries.get(i).offset(), examined.get(i));
        }
      }
    }

    private Judge newJudge() {
      return from.map(it -> Judge.fromSnapshot(authenticator, it.anchor(), TrustedKeys.none()))
          .orElseGet(() -> Judge.fromGenesis(authenticator, userId, TrustedKeys.none()));
    }
  }
}
