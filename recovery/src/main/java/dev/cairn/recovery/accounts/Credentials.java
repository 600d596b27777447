package dev.cairn.recovery.accounts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.wallet.EthereumAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What opens an account: its ways to log in, and what is asked besides. They are replaced as a
 * whole, together with the bundle, or not at all.
 *
 * @param password a login by OPAQUE
 * @param wallet a login by a wallet's signature
 * @param recoveryKey a login by the printed recovery key, beside one of the others
 * @param factors what every login must prove, too
 */
public record Credentials(
    Optional<PasswordLogin> password,
    Optional<WalletLogin> wallet,
    Optional<RecoveryKeyLogin> recoveryKey,
    Factors factors) {
  /** Bytes of a recovery key's public key. */
  public static final int PUBLIC_KEY_SIZE = 32;

  /** Checks that there is a way in: {@link IllegalArgumentException}. */
  public Credentials {
    if (password.isEmpty() && wallet.isEmpty()) {
      throw new IllegalArgumentException("an account is opened by a password or by a wallet");
    }
  }

  /**
   * OPAQUE's record, which stands in storage.
   *
   * @param record its version is part of the name under which the password's key is derived: no
   *     version of an account is ever used twice
   */
  public record PasswordLogin(StoredVersion record, KsfParameters ksf) {}

  /** The address whose signature logs in. */
  public record WalletLogin(EthereumAddress address) {}

  /**
   * The printed recovery key, as far as the service knows it.
   *
   * @param publicKey Ed25519, 32 bytes
   */
  public record RecoveryKeyLogin(Bytes publicKey) {
    /** Checks the size. */
    public RecoveryKeyLogin {
      if (publicKey.size() != PUBLIC_KEY_SIZE) {
        throw new IllegalArgumentException("a public key has " + PUBLIC_KEY_SIZE + " bytes");
      }
    }
  }

  /**
   * What a login must prove beside the secret.
   *
   * @param totp codes of RFC 6238
   * @param recoveryCodes keyed digests of the codes that are left; each serves once
   */
  public record Factors(Optional<Totp> totp, List<Bytes> recoveryCodes) {
    /** Nothing. */
    public static final Factors NONE = new Factors(Optional.empty(), List.of());

    /** Checks that codes stand in for something: {@link IllegalArgumentException}. */
    public Factors {
      recoveryCodes = List.copyOf(recoveryCodes);
      if (totp.isEmpty() && !recoveryCodes.isEmpty()) {
        throw new IllegalArgumentException("recovery codes stand in for another factor");
      }
    }

    /** Whether anything is asked for. */
    @JsonIgnore
    public boolean isEnrolled() {
      return totp.isPresent();
    }

    /** What may be given, by name. */
    public List<String> names() {
      List<String> names = new ArrayList<>();
      totp.ifPresent(enrolled -> names.add("totp"));
      if (!recoveryCodes.isEmpty()) {
        names.add("recovery-code");
      }
      return names;
    }

    Factors without(Bytes usedCode) {
      return new Factors(
          totp, recoveryCodes.stream().filter(code -> !code.equals(usedCode)).toList());
    }
  }

  /**
   * A secret that the owner's authenticator knows, too.
   *
   * @param sealedSecret under the service's factor key, which is not in Kafka
   */
  public record Totp(Bytes sealedSecret) {}

  /** Only a password, as every account had at first. */
  public static Credentials ofPassword(StoredVersion record, KsfParameters ksf) {
    return new Credentials(
        Optional.of(new PasswordLogin(record, ksf)),
        Optional.empty(),
        Optional.empty(),
        Factors.NONE);
  }

  /** Whether there is a password and nothing else, as every account had at first. */
  @JsonIgnore
  public boolean isPasswordOnly() {
    return password.isPresent()
        && wallet.isEmpty()
        && recoveryKey.isEmpty()
        && factors.equals(Factors.NONE);
  }

  Credentials with(Factors others) {
    return new Credentials(password, wallet, recoveryKey, others);
  }

  /** What there is, for the audit trail. */
  public String describe() {
    List<String> parts = new ArrayList<>();
    password.ifPresent(login -> parts.add("password"));
    wallet.ifPresent(login -> parts.add("wallet"));
    recoveryKey.ifPresent(login -> parts.add("recovery key"));
    parts.addAll(factors.names());
    return String.join(", ", parts);
  }
}
