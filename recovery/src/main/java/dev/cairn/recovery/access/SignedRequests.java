package dev.cairn.recovery.access;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.statements.OwnerRequest;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.refusal.Refusal;
import java.util.Optional;

/** Checks requests that an author key signed, and tokens against their account. Thread-safe. */
public final class SignedRequests {
  private final String serverName;
  private final Accounts accounts;
  private final Nonces nonces;
  private final Tokens tokens;

  public SignedRequests(String serverName, Accounts accounts, Nonces nonces, Tokens tokens) {
    this.serverName = serverName;
    this.accounts = accounts;
    this.nonces = nonces;
    this.tokens = tokens;
  }

  /** The account whose author key signed an owner's request. */
  public Account owner(UserId userId, SignedHeaders headers, RequestTarget target)
      throws Refusal, AccountsUnavailableException {
    Optional<Account> account = accounts.read(state -> state.byId(userId));
    if (account.isEmpty()) {
      // The same answer as to a wrong signature: user ids are not to be searched for.
      throw Refusal.signatureInvalid("the request is not signed by this account's key");
    }
    verifyOwner(new AuthorPublicKey(account.get().authorPublicKey()), userId, headers, target);
    requireServed(account.get());
    return account.get();
  }

  // Only to who has proven that it is their account.
  private static void requireServed(Account account) throws Refusal {
    switch (account.status()) {
      case ACTIVE -> {}
      case DISABLED ->
          throw Refusal.forbidden(
              "the provider has disabled this account; what is stored is kept: ask the provider");
      case DELETING -> throw Refusal.forbidden("the provider is deleting this account");
    }
  }

  /** Checks an owner's request under a key that is not of an account yet. */
  public void verifyOwner(
      AuthorPublicKey key, UserId userId, SignedHeaders headers, RequestTarget target)
      throws Refusal, AccountsUnavailableException {
    nonces.check(headers.nonce(), headers.expiry());
    OwnerRequest request =
        new OwnerRequest(
            serverName,
            userId,
            headers.keyVersion(),
            headers.nonce(),
            headers.expiry(),
            target.method(),
            target.path(),
            target.bodyHash());
    if (!request.isSignedBy(key, headers.signature())) {
      throw Refusal.signatureInvalid("the request is not signed by this account's key");
    }
    nonces.use(headers.nonce(), headers.expiry());
  }

  /** The session of a token and its account, if that is still the one which the token is of. */
  public Authorized authorize(Scope scope, String token)
      throws Refusal, AccountsUnavailableException {
    Session session = tokens.verify(scope, token);
    Optional<Account> account = accounts.read(state -> state.byId(session.userId()));
    if (account.isEmpty() || account.get().version() != session.accountVersion()) {
      throw Refusal.tokenInvalid("the account has changed since: log in again");
    }
    requireServed(account.get());
    return new Authorized(session, account.get());
  }

  /**
   * The session of a token whose account has changed once since, and the account as it is now: for
   * a change that is asked for again because its answer was lost. Nothing else is done with it.
   */
  public Authorized authorizeFormer(Scope scope, String token)
      throws Refusal, AccountsUnavailableException {
    Session session = tokens.verify(scope, token);
    Optional<Account> account = accounts.read(state -> state.byId(session.userId()));
    if (account.isEmpty() || account.get().version() != session.accountVersion() + 1) {
      throw Refusal.tokenInvalid("the account has changed since: log in again");
    }
    requireServed(account.get());
    return new Authorized(session, account.get());
  }

  /** Checks, within a session, that the backup key is in the client's hands. */
  public void verifyPossession(
      Authorized authorized, SignedHeaders headers, String purpose, Bytes bodyHash)
      throws Refusal, AccountsUnavailableException {
    nonces.check(headers.nonce(), headers.expiry());
    PossessionStatement statement =
        new PossessionStatement(
            serverName,
            authorized.account().userId(),
            headers.keyVersion(),
            authorized.session().sessionId(),
            authorized.session().binding(),
            headers.nonce(),
            headers.expiry(),
            purpose,
            bodyHash);
    AuthorPublicKey key = new AuthorPublicKey(authorized.account().authorPublicKey());
    if (!statement.isSignedBy(key, headers.signature())) {
      throw Refusal.signatureInvalid("the statement is not signed by this account's backup key");
    }
    nonces.use(headers.nonce(), headers.expiry());
  }

  /** A session and the account as it is now. */
  public record Authorized(Session session, Account account) {}
}
