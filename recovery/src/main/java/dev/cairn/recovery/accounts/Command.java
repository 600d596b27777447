package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What can be asked of the accounts. Times are the broker's, in milliseconds since 1970. */
public sealed interface Command {
  /**
   * A new account, or one that replaces an account which never wrote.
   *
   * @param cells open cells, in the order in which they are filled
   */
  record Register(
      Bytes lookupKey,
      String username,
      UserId userId,
      Bytes authorPublicKey,
      Credentials credentials,
      StoredVersion bundle,
      List<String> cells,
      int cellUsersMax,
      Optional<Replaced> replaces)
      implements Command {
    public Register {
      cells = List.copyOf(cells);
    }
  }

  /**
   * An account that may be replaced, since its log was judged when it had been given this many
   * connections and held no accepted genesis. Whoever writes has connected before.
   */
  record Replaced(UserId userId, long connections) {}

  /** One guess at a password is about to be answered; counted whether or not the name exists. */
  record CountGuess(
      Bytes lookupKey, Bytes sessionId, Bytes sealedState, long lifetimeMs, int guessesMax)
      implements Command {}

  /** The one finish of a login. */
  record FinishLogin(Bytes sessionId, boolean succeeded) implements Command {}

  /** A nonce is used up. */
  record UseNonce(Bytes nonce, long expiresAt) implements Command {}

  /** The next epoch for whoever takes over. */
  record GrantEpoch(UserId userId, String takeoverId) implements Command {}

  /** Every principal before this epoch has been seen refused by the partition's leader. */
  record MarkRevoked(UserId userId, long epoch) implements Command {}

  /** The grant may be used; the log ends finally, for all earlier writers, at this offset. */
  record IssueGrant(UserId userId, long epoch, long finalEndOffset) implements Command {}

  /** Topic and credentials of this epoch exist, and are being given out. */
  record MarkProvisioned(UserId userId, long epoch) implements Command {}

  /** The next epoch for the writer of the newest one, who goes on with a base. */
  record GrantNextEpoch(UserId userId, String grantId, long afterEpoch) implements Command {}

  /** A rotation has gone over to another author key. */
  record ReplaceAuthorKey(UserId userId, Bytes authorPublicKey, Bytes newAuthorPublicKey)
      implements Command {}

  /** Another recovery bundle; its version is one above that of the one before. */
  record ReplaceBundle(UserId userId, StoredVersion bundle) implements Command {}

  /**
   * Other secrets and another bundle, in one step. Every token and every login of before is over.
   *
   * @param accountVersion the one that this replaces; another one is a conflict
   * @param bundle its version is one above that of the one before, or it is that one itself
   * @param usedStep time step of the code that a newly enrolled factor was shown to work with
   */
  record ReplaceCredentials(
      UserId userId,
      long accountVersion,
      Credentials credentials,
      StoredVersion bundle,
      OptionalLong usedStep)
      implements Command {}

  /**
   * A code for the second factor is about to be answered; counted whether or not it is right.
   *
   * @param accountVersion the one whose factor it was compared with
   * @param match what the code was found to be
   */
  record UseFactor(UserId userId, long accountVersion, FactorMatch match, int guessesMax)
      implements Command {}

  /** What a code was found to be. */
  sealed interface FactorMatch {
    /** No code of this account. */
    record None() implements FactorMatch {}

    /** The authenticator's code of a time step. */
    record Step(long step) implements FactorMatch {}

    /** A recovery code, by its keyed digest. */
    record Code(Bytes digest) implements FactorMatch {}
  }

  /** Something for the owner's audit trail. */
  record NoteEvent(UserId userId, String event, String detail) implements Command {}

  /**
   * A registration that an invitation allows.
   *
   * @param invitation SHA-256 of its code
   */
  record RegisterInvited(Bytes invitation, Register register) implements Command {}

  /**
   * An invitation for one registration.
   *
   * @param invitation SHA-256 of its code
   */
  record Invite(Bytes invitation, long expiresAt) implements Command {}

  /** What the provider allows an account from now on; {@code DELETING} is final. */
  record SetStatus(UserId userId, Account.Status status) implements Command {}

  /** The end of a deletion: nothing of the account is left elsewhere. */
  record Forget(UserId userId) implements Command {}

  /**
   * Accounts come from storage from here on, and nothing is answered until {@link FinishRebuild}.
   *
   * @param revision every revision in storage is at most this
   * @param noncesAfter nonces that expire before this count as used: which were is not known
   */
  record BeginRebuild(String rebuildId, long revision, long noncesAfter) implements Command {}

  /**
   * An account as storage keeps it; nothing unless a rebuild is under way.
   *
   * @param guesses that count as made: how many were is not known
   */
  record Restore(Account account, int guesses) implements Command {}

  /** Every account is there again. */
  record FinishRebuild(String rebuildId) implements Command {}
}
