package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import java.util.List;
import java.util.Map;

/**
 * The whole state of the accounts as one value, in the order in which it forgets.
 *
 * @param factors how second factors were used, by the account's lookup key
 * @param applied commands so far, or more: what new revisions count from
 * @param noncesAfter nonces that expire before this count as used
 * @param rebuild the rebuild that is under way; empty where none is
 */
record AccountsSnapshot(
    List<Account> accounts,
    List<Pair<GuessCounter>> guesses,
    List<Pair<GuessCounter>> strangers,
    List<Pair<LoginRecord>> logins,
    List<Pair<Long>> nonces,
    List<CommandOutcome> outcomes,
    List<Pair<Invitation>> invitations,
    List<Pair<FactorUse>> factors,
    long applied,
    long noncesAfter,
    String rebuild) {
  record Pair<V>(Bytes key, V value) {}

  record CommandOutcome(String commandId, Outcome outcome, long time) {}

  AccountsSnapshot {
    accounts = List.copyOf(accounts);
    guesses = List.copyOf(guesses);
    strangers = List.copyOf(strangers);
    logins = List.copyOf(logins);
    nonces = List.copyOf(nonces);
    outcomes = List.copyOf(outcomes);
    invitations = List.copyOf(invitations);
    factors = List.copyOf(factors);
  }

  static <V> List<Pair<V>> pairs(Map<Bytes, V> map) {
    return map.entrySet().stream().map(e -> new Pair<>(e.getKey(), e.getValue())).toList();
  }
}
