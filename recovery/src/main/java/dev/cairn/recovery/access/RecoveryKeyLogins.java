package dev.cairn.recovery.access;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.statements.RecoveryKeyStatement;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Credentials;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.http.LoggedIn;
import dev.cairn.schemas.http.LoginChallenge;
import java.util.Optional;

/**
 * Logins by the printed recovery key. Nobody guesses 128 bits, so that attempts are not counted:
 * whatever strangers try at a name, they cannot lock this lane. A second factor is asked for all
 * the same. Thread-safe.
 */
public final class RecoveryKeyLogins {
  private final String serverName;
  private final ServiceSecrets secrets;
  private final Accounts accounts;
  private final Nonces nonces;
  private final Logins logins;

  public RecoveryKeyLogins(
      String serverName, ServiceSecrets secrets, Accounts accounts, Nonces nonces, Logins logins) {
    this.serverName = serverName;
    this.secrets = secrets;
    this.accounts = accounts;
    this.nonces = nonces;
    this.logins = logins;
  }

  /** A challenge for whoever says to be of that name, whether or not anybody is. */
  public LoginChallenge challenge(String identity) throws AccountsUnavailableException {
    return nonces.challenge(userId(identity, byName(identity)));
  }

  private Optional<Account> byName(String identity) throws AccountsUnavailableException {
    Bytes lookupKey = secrets.lookupKey(identity);
    return accounts.read(state -> state.byName(lookupKey));
  }

  private UserId userId(String identity, Optional<Account> account) {
    return account
        .map(Account::userId)
        .orElseGet(() -> secrets.userIdOfNobody(secrets.lookupKey(identity)));
  }

  /** Checks the answer to a challenge, which serves once. */
  public LoggedIn login(String identity, Bytes nonce, long expiry, Bytes signature)
      throws Refusal, AccountsUnavailableException {
    Optional<Account> account = byName(identity);
    UserId userId = userId(identity, account);
    nonces.checkChallenge(userId, nonce, expiry);
    RecoveryKeyStatement statement = new RecoveryKeyStatement(serverName, userId, nonce, expiry);
    Optional<AuthorPublicKey> key =
        account
            .flatMap(a -> a.credentials().recoveryKey())
            .map(Credentials.RecoveryKeyLogin::publicKey)
            .map(AuthorPublicKey::new);
    if (account.isEmpty() || key.isEmpty() || !statement.isSignedBy(key.get(), signature)) {
      throw Refusal.wrongProof();
    }
    nonces.use(nonce, expiry);
    boolean factor = account.get().credentials().factors().isEnrolled();
    accounts.submit(
        new Command.NoteEvent(
            userId, factor ? "recovery key right" : "login succeeded", "by the recovery key"));
    return logins.enter(account.get(), statement.sessionId(), statement.sessionBinding());
  }
}
