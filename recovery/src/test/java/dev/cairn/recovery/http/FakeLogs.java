package dev.cairn.recovery.http;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.Judge;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.data.UserLogs;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.schemas.names.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Users' logs in memory. */
final class FakeLogs implements UserLogs {
  private final Map<UserId, List<Bytes>> logs = new HashMap<>();
  long start;

  synchronized void append(UserId userId, Bytes record) {
    logs.computeIfAbsent(userId, absent -> new ArrayList<>()).add(record);
  }

  @Override
  public synchronized Optional<Extent> extent(Account account) {
    return Optional.ofNullable(logs.get(account.userId()))
        .map(log ->
            new Extent(Topics.log(account.cell(), account.userId().value()), start, log.size()));
  }

  @Override
  public synchronized Page read(Account account, long from) throws Refusal {
    if (from < start) {
      throw Refusal.logTruncated(start);
    }
    List<Bytes> log = logs.getOrDefault(account.userId(), List.of());
    Bytes frames = Bytes.EMPTY;
    for (long offset = from; offset < log.size(); offset++) {
      Bytes value = log.get((int) offset);
      frames = Bytes.concat(frames, Layout.unlabelled().u64(offset).lp(value).toBytes());
    }
    return new Page(frames, Math.max(from, log.size()), log.size());
  }

  @Override
  public synchronized boolean hasAcceptedGenesis(Account account) {
    Judge judge =
        Judge.fromGenesis(
            account.userId(), Optional.of(new AuthorPublicKey(account.authorPublicKey())));
    long offset = 0;
    for (Bytes record : logs.getOrDefault(account.userId(), List.of())) {
      if (judge.judge(offset++, record).isAccepted()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {}
}
