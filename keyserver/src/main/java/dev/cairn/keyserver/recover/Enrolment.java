package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.Floor;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.bundle.KeyWrap;
import dev.cairn.crypto.bundle.KeyWraps;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.crypto.opaque.OpaqueClient;
import dev.cairn.crypto.opaque.OpaqueException;
import dev.cairn.crypto.opaque.PasswordInput;
import dev.cairn.crypto.opaque.PasswordStrength;
import dev.cairn.crypto.opaque.RegistrationAttempt;
import dev.cairn.crypto.opaque.RegistrationResponse;
import dev.cairn.crypto.opaque.RegistrationResult;
import dev.cairn.crypto.opaque.UnusablePasswordException;
import dev.cairn.crypto.opaque.WeakPasswordException;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.MalformedRecordException;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.commitfile.CommitPeek;
import dev.cairn.keyserver.commitfile.DiskCommitStorage;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.home.HomeView;
import dev.cairn.keyserver.publish.AcknowledgedMark;
import dev.cairn.keyserver.service.AccountSummary;
import dev.cairn.keyserver.service.EnrolmentPort;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.ServerDescription;
import dev.cairn.keyserver.service.ServiceClient;
import dev.cairn.schemas.http.CredentialsReplace;
import dev.cairn.schemas.http.KsfInfo;
import dev.cairn.schemas.http.PasswordRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes login record and recovery bundle again that the provider has lost, from a home that still
 * has its keys. The service takes them only while the ones in force are gone: as long as they are
 * there, whoever changes them proves the secret.
 */
public final class Enrolment {
  private final HomeView home;
  private final ServiceClient service;
  private final SecureRandom random = new SecureRandom();

  /**
   * Of a home, which may be open elsewhere: nothing of it is changed.
   *
   * @param service stays the caller's to close
   */
  public Enrolment(HomeView home, ServiceClient service) {
    this.home = home;
    this.service = service;
  }

  /**
   * Puts a password in force.
   *
   * @param signer with the home's author key
   * @param password stays the caller's to close
   * @param recoveryKey a fresh one, or none: the one before opens nothing any more
   * @throws MalformedInputException if the password is weak, or the recovery key before was given
   * @throws dev.cairn.keyserver.service.ServiceRefusedException if nothing is lost
   */
  public void again(OwnerSigner signer, SecretBytes password, RecoveryKeyChoice recoveryKey) {
    if (recoveryKey instanceof RecoveryKeyChoice.Given) {
      throw new MalformedInputException(
          "The recovery key before cannot be enrolled again: have a new one made"
              + " (--new-recovery-key-file). Nothing was changed");
    }
    HomeIdentity identity = home.identity();
    ServerDescription server = service.recovery().server();
    KsfParameters ksf = server.ksf();
    try {
      PasswordStrength.check(server.serverName(), identity.username(), password);
      try (PasswordInput input =
              PasswordInput.of(server.serverName(), identity.username(), password);
          RegistrationAttempt attempt =
              new OpaqueClient(ksf, KsfPolicy.STANDARD, random).createRegistrationRequest(input)) {
        AccountSummary account = service.owner().account(signer);
        EnrolmentPort.Offer offer =
            service.enrolment().startEnrolment(signer, attempt.request().toBytes());
        try (RegistrationResult result =
                attempt.finalizeRegistrationRequest(RegistrationResponse.parse(offer.response()));
            Kek kek = Kek.fromOpaqueExportKey(result.exportKey(), identity.userId());
            BundleContent content = content(identity)) {
          int version = account.bundleVersion() + 1;
          List<KeyWrap> wraps = new ArrayList<>();
          wraps.add(KeyWraps.wrap(kek, version, WrapParameters.ofPassword(ksf), content));
          Optional<Bytes> publicKey = Optional.empty();
          if (recoveryKey instanceof RecoveryKeyChoice.Fresh fresh) {
            publicKey = Optional.of(BundleChange.publicKey(fresh.key(), identity.userId()));
            wraps.add(BundleChange.wrap(fresh.key(), version, content));
            fresh.sent();
          }
          service
              .enrolment()
              .enrol(signer, change(account, offer, result, ksf, wraps, version, publicKey));
        }
      }
    } catch (WeakPasswordException | UnusablePasswordException e) {
      throw new MalformedInputException("The new password is refused: " + e.getMessage(), e);
    } catch (OpaqueException.UnacceptableParameters e) {
      throw new IntegrityException("The service is refused: " + e.getMessage(), e);
    } catch (OpaqueException e) {
      throw new IntegrityException(
          "The service's part of the enrolment does not hold: "
              + e.getMessage()
              + ". Nothing was changed; check service.url and server.name",
          e);
    }
  }

  private CredentialsReplace change(
      AccountSummary account,
      EnrolmentPort.Offer offer,
      RegistrationResult result,
      KsfParameters ksf,
      List<KeyWrap> wraps,
      int version,
      Optional<Bytes> publicKey) {
    UserId userId = home.identity().userId();
    String recoveryKey =
        publicKey.isPresent()
            ? CredentialsReplace.NEW
            : account.logins().contains("recovery-key")
                ? CredentialsReplace.NONE
                : CredentialsReplace.KEEP;
    return new CredentialsReplace(
        offer.accountVersion(),
        CredentialsReplace.PASSWORD,
        Optional.of(
            new PasswordRecord(
                result.record().toBytes().base64Url(),
                new KsfInfo(ksf.memoryKiB(), ksf.iterations(), ksf.parallelism()))),
        Optional.empty(),
        recoveryKey,
        publicKey.map(Bytes::base64Url),
        CredentialsReplace.KEEP,
        Optional.empty(),
        List.of(),
        Optional.of(
            BundleCodec.withBuiltInSchemas()
                .encode(new StoredBundle(userId, version, wraps))
                .base64Url()));
  }

  private BundleContent content(HomeIdentity identity) {
    List<VersionedKey> keys = new ArrayList<>();
    for (int version : home.keyVersions()) {
      keys.add(new VersionedKey(version, home.readBackupKey(version)));
    }
    return new BundleContent(identity.username(), identity.userId(), keys, floor());
  }

  /** What this home knows to be backed up, where it still has the record. */
  private Optional<Floor> floor() {
    try {
      Optional<AcknowledgedMark> mark =
          AcknowledgedMark.read(DiskCommitStorage.in(home.commitDirectory()));
      Optional<Bytes> record =
          mark.isPresent()
              ? CommitPeek.record(home.commitDirectory(), mark.get().index())
              : Optional.empty();
      if (record.isEmpty()) {
        return Optional.empty();
      }
      LogRecord last = RecordCodec.withBuiltInSchemas().decode(record.get());
      return Optional.of(new Floor(last.keyVersion(), last.epoch(), last.index(), last.head()));
    } catch (MalformedRecordException e) {
      throw new IntegrityException(
          "The commit files of " + home.directory() + " hold a record that is none", e);
    } catch (IOException e) {
      throw new UncheckedIOException("The commit files of " + home.directory(), e);
    }
  }
}
