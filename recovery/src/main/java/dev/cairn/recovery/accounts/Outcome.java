package dev.cairn.recovery.accounts;

import dev.cairn.crypto.UserId;
import java.util.Optional;

/** What a command came to. */
public sealed interface Outcome {
  /** Done, and there is nothing to say about it. */
  record Done() implements Outcome {}

  /** The account exists now, in this cell. */
  record Registered(String cell) implements Outcome {}

  /** Somebody has this name. */
  record UsernameTaken() implements Outcome {}

  /** The invitation is unknown, over, or was used for another name. */
  record NotInvited() implements Outcome {}

  /** No open cell takes another user. */
  record NoRoom() implements Outcome {}

  /** The guess may be answered; this many are left before answers are delayed. */
  record GuessCounted(int left) implements Outcome {}

  /** The guess must not be answered before this time (milliseconds since 1970). */
  record LockedOut(long until) implements Outcome {}

  /** The login is finished; the account is there only when the secret was right. */
  record LoginFinished(Optional<Proven> account) implements Outcome {}

  /** Whose secret was proven, and which version of the account it was the secret of. */
  record Proven(UserId userId, long version) {}

  /** The login is unknown, over, or was finished before. */
  record NoSuchLogin() implements Outcome {}

  /** The nonce was new. */
  record NonceFresh() implements Outcome {}

  /** The nonce was used before. */
  record NonceUsed() implements Outcome {}

  /** The grant of a takeover, as far as it has come. */
  record Granted(Grant grant) implements Outcome {}

  /** The secrets are replaced; this is the account's version from here on. */
  record CredentialsReplaced(long version) implements Outcome {}

  /** Something else happened to the account in between: nothing was changed. */
  record Conflict() implements Outcome {}

  /** The code was right, and is used up. */
  record FactorRight() implements Outcome {}

  /** The code was wrong, or used before; this many are left before answers are delayed. */
  record FactorWrong(int left) implements Outcome {}

  /** There is no such account, or no such grant. */
  record Unknown() implements Outcome {}
}
