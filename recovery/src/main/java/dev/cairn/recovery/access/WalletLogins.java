package dev.cairn.recovery.access;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Credentials;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.http.LoggedIn;
import dev.cairn.schemas.http.WalletProof;
import java.util.Optional;

/**
 * Logins by a wallet. Nobody guesses a signature, so that attempts are not counted and strangers
 * cannot lock this lane. A second factor is asked for all the same. Thread-safe.
 */
public final class WalletLogins {
  private final ServiceSecrets secrets;
  private final Accounts accounts;
  private final WalletProofs proofs;
  private final Logins logins;

  public WalletLogins(
      ServiceSecrets secrets, Accounts accounts, WalletProofs proofs, Logins logins) {
    this.secrets = secrets;
    this.accounts = accounts;
    this.proofs = proofs;
    this.logins = logins;
  }

  /**
   * Checks the answer to a challenge, which serves once. A name that nobody has, or whose account
   * is opened by something else, is refused as a wrong signature is.
   */
  public LoggedIn login(String identity, WalletProof proof)
      throws Refusal, AccountsUnavailableException {
    Bytes lookupKey = secrets.lookupKey(identity);
    Optional<Account> account = accounts.read(state -> state.byName(lookupKey));
    UserId userId = account.map(Account::userId).orElseGet(() -> secrets.userIdOfNobody(lookupKey));
    Optional<EthereumAddress> address =
        account
            .flatMap(known -> known.credentials().wallet())
            .map(Credentials.WalletLogin::address);
    WalletProofs.Judged judged = proofs.judge(userId, address, proof);
    if (account.isEmpty() || address.isEmpty()) {
      throw Refusal.wrongProof();
    }
    proofs.use(judged);
    boolean factor = account.get().credentials().factors().isEnrolled();
    accounts.submit(
        new Command.NoteEvent(
            userId, factor ? "wallet right" : "login succeeded", "by the wallet"));
    return logins.enter(account.get(), judged.sessionId(), judged.binding());
  }
}
