package dev.cairn.recovery.http;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.recovery.access.CredentialChanges.Change;
import dev.cairn.recovery.access.CredentialChanges.FactorChange;
import dev.cairn.recovery.access.CredentialChanges.NewLogin;
import dev.cairn.recovery.access.CredentialChanges.NewRecoveryKey;
import dev.cairn.recovery.access.SecondFactors;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.schemas.http.CredentialsReplace;
import dev.cairn.schemas.http.KsfInfo;
import dev.cairn.schemas.http.NewFactor;
import dev.cairn.schemas.http.PasswordRecord;
import java.util.Optional;

/** Reads what a change of secrets asks for; what does not belong to what it names is refused. */
final class CredentialRequests {
  private CredentialRequests() {}

  static Change change(CredentialsReplace asked) throws Refusal {
    return new Change(
        asked.accountVersion(), login(asked), recoveryKey(asked), factor(asked), bundle(asked));
  }

  private static Optional<Bytes> bundle(CredentialsReplace asked) throws Refusal {
    if (asked.bundle().isEmpty()) {
      if (!asked.login().equals(CredentialsReplace.KEEP)
          || !asked.recoveryKey().equals(CredentialsReplace.KEEP)) {
        throw Refusal.malformed("bundle is missing: other secrets open another one");
      }
      return Optional.empty();
    }
    return Optional.of(bundle(asked.bundle().get()));
  }

  static Bytes bundle(String given) throws Refusal {
    Bytes bundle = Request.binary("bundle", given);
    if (bundle.size() > BundleCodec.MAX_BYTES) {
      throw Refusal.tooLarge("a bundle has at most " + BundleCodec.MAX_BYTES + " bytes");
    }
    return bundle;
  }

  static KsfParameters ksf(KsfInfo given) throws Refusal {
    try {
      return new KsfParameters(given.memoryKiB(), given.iterations(), given.parallelism());
    } catch (IllegalArgumentException e) {
      throw Refusal.malformed(String.valueOf(e.getMessage()));
    }
  }

  private static NewLogin login(CredentialsReplace asked) throws Refusal {
    requirePresent(
        "password",
        asked.password().isPresent(),
        asked.login().equals(CredentialsReplace.PASSWORD));
    requirePresent(
        "wallet", asked.wallet().isPresent(), asked.login().equals(CredentialsReplace.WALLET));
    return switch (asked.login()) {
      case CredentialsReplace.KEEP -> new NewLogin.Keep();
      case CredentialsReplace.PASSWORD -> password(asked.password().orElseThrow());
      case CredentialsReplace.WALLET -> new NewLogin.Wallet(asked.wallet().orElseThrow());
      default -> throw Refusal.malformed("login is not keep, password or wallet");
    };
  }

  private static NewLogin password(PasswordRecord given) throws Refusal {
    return new NewLogin.Password(Request.binary("record", given.record()), ksf(given.ksf()));
  }

  private static NewRecoveryKey recoveryKey(CredentialsReplace asked) throws Refusal {
    requirePresent(
        "recoveryPublicKey",
        asked.recoveryPublicKey().isPresent(),
        asked.recoveryKey().equals(CredentialsReplace.NEW));
    return switch (asked.recoveryKey()) {
      case CredentialsReplace.KEEP -> new NewRecoveryKey.Keep();
      case CredentialsReplace.NONE -> new NewRecoveryKey.None();
      case CredentialsReplace.NEW ->
          new NewRecoveryKey.New(Routes.publicKey(asked.recoveryPublicKey().orElseThrow()));
      default -> throw Refusal.malformed("recoveryKey is not keep, none or new");
    };
  }

  private static FactorChange factor(CredentialsReplace asked) throws Refusal {
    requirePresent(
        "newFactor", asked.newFactor().isPresent(), asked.factor().equals(CredentialsReplace.NEW));
    boolean codes = asked.factor().equals(CredentialsReplace.CODES);
    requirePresent("recoveryCodes", !asked.recoveryCodes().isEmpty(), codes);
    return switch (asked.factor()) {
      case CredentialsReplace.KEEP -> new FactorChange.Keep();
      case CredentialsReplace.NONE -> new FactorChange.None();
      case CredentialsReplace.CODES -> new FactorChange.Codes(asked.recoveryCodes());
      case CredentialsReplace.NEW -> {
        NewFactor factor = asked.newFactor().orElseThrow();
        yield new FactorChange.Totp(
            Request.binary("totpSecret", factor.totpSecret(), SecondFactors.SECRET_SIZE),
            factor.code(),
            factor.recoveryCodes());
      }
      default -> throw Refusal.malformed("factor is not keep, none, codes or new");
    };
  }

  private static void requirePresent(String name, boolean there, boolean wanted) throws Refusal {
    if (there != wanted) {
      throw Refusal.malformed(
          wanted ? name + " is missing" : name + " does not belong to what is asked for");
    }
  }
}
