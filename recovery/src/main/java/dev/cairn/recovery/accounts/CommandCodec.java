package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.schemas.avro.AccountCommand;
import dev.cairn.schemas.avro.BeginRebuild;
import dev.cairn.schemas.avro.CountGuess;
import dev.cairn.schemas.avro.FinishLogin;
import dev.cairn.schemas.avro.FinishRebuild;
import dev.cairn.schemas.avro.ForgetAccount;
import dev.cairn.schemas.avro.GrantEpoch;
import dev.cairn.schemas.avro.GrantNextEpoch;
import dev.cairn.schemas.avro.Invite;
import dev.cairn.schemas.avro.IssueGrant;
import dev.cairn.schemas.avro.MarkProvisioned;
import dev.cairn.schemas.avro.MarkRevoked;
import dev.cairn.schemas.avro.NoteEvent;
import dev.cairn.schemas.avro.RegisterAccount;
import dev.cairn.schemas.avro.RegisterInvited;
import dev.cairn.schemas.avro.RegisterWithCredentials;
import dev.cairn.schemas.avro.ReplaceAuthorKey;
import dev.cairn.schemas.avro.ReplaceBundle;
import dev.cairn.schemas.avro.ReplaceCredentials;
import dev.cairn.schemas.avro.RestoreAccount;
import dev.cairn.schemas.avro.SetAccountStatus;
import dev.cairn.schemas.avro.UseFactor;
import dev.cairn.schemas.avro.UseNonce;
import dev.cairn.schemas.wire.MalformedWireException;
import dev.cairn.schemas.wire.RecordType;
import dev.cairn.schemas.wire.SchemaIds;
import dev.cairn.schemas.wire.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Commands to their records on the topic and back, total in both directions. Thread-safe.
 *
 * <p>A record names the version of Cairn's commands that it came with: an instance that is older
 * stops there instead of passing over it. What version 1 had is still written as version 1, so that
 * older instances go on beside newer ones until the first command that they cannot know.
 */
final class CommandCodec {
  private static final int FIRST_VERSION = 1;
  private static final int NEWEST_VERSION = 3;

  /** A command and the id under which it is remembered. */
  record Identified(String commandId, Command command) {}

  private final WireFormat wire;

  CommandCodec(SchemaIds ids) {
    this.wire = new WireFormat(ids);
  }

  byte[] encode(String commandId, Command command) {
    return wire.encode(new AccountCommand(commandId, versionOf(command), body(command)));
  }

  /**
   * Reads a record of the topic.
   *
   * @throws UnreadableCommandException when it is not a command that this version understands: the
   *     instance must stop, since passing over it would make its state differ from others'
   */
  Identified decode(byte[] bytes) throws UnreadableCommandException {
    try {
      AccountCommand read = wire.decode(bytes, RecordType.ACCOUNT_COMMAND, AccountCommand.class);
      if (read.getVersion() < FIRST_VERSION || read.getVersion() > NEWEST_VERSION) {
        throw new UnreadableCommandException("command version " + read.getVersion());
      }
      Command command = command(read.getBody());
      if (read.getVersion() != versionOf(command)) {
        throw new UnreadableCommandException(
            "a command of version " + versionOf(command) + " as " + read.getVersion());
      }
      return new Identified(read.getCommandId(), command);
    } catch (MalformedWireException | IllegalArgumentException e) {
      throw new UnreadableCommandException("no command of ours", e);
    }
  }

  private static Object body(Command command) {
    return switch (command) {
      case Command.Register c ->
          c.credentials().isPasswordOnly()
              ? registerBody(c)
              : registerWithCredentials(c, Optional.empty());
      case Command.CountGuess c ->
          new CountGuess(
              buffer(c.lookupKey()),
              buffer(c.sessionId()),
              buffer(c.sealedState()),
              c.lifetimeMs(),
              c.guessesMax());
      case Command.FinishLogin c -> new FinishLogin(buffer(c.sessionId()), c.succeeded());
      case Command.UseNonce c -> new UseNonce(buffer(c.nonce()), c.expiresAt());
      case Command.GrantEpoch c -> new GrantEpoch(c.userId().value(), c.takeoverId());
      case Command.MarkRevoked c -> new MarkRevoked(c.userId().value(), c.epoch());
      case Command.IssueGrant c ->
          new IssueGrant(c.userId().value(), c.epoch(), c.finalEndOffset());
      case Command.MarkProvisioned c -> new MarkProvisioned(c.userId().value(), c.epoch());
      case Command.NoteEvent c -> new NoteEvent(c.userId().value(), c.event(), c.detail());
      case Command.GrantNextEpoch c ->
          new GrantNextEpoch(c.userId().value(), c.grantId(), c.afterEpoch());
      case Command.ReplaceAuthorKey c ->
          new ReplaceAuthorKey(
              c.userId().value(), buffer(c.authorPublicKey()), buffer(c.newAuthorPublicKey()));
      case Command.ReplaceBundle c ->
          new ReplaceBundle(c.userId().value(), c.bundle().version(), buffer(c.bundle().digest()));
      case Command.ReplaceCredentials c ->
          new ReplaceCredentials(
              c.userId().value(),
              c.accountVersion(),
              buffer(AccountCodec.encode(c.credentials())),
              c.bundle().version(),
              buffer(c.bundle().digest()),
              c.usedStep().isPresent() ? c.usedStep().getAsLong() : null);
      case Command.UseFactor c -> useFactor(c);
      case Command.RegisterInvited c ->
          c.register().credentials().isPasswordOnly()
              ? new RegisterInvited(buffer(c.invitation()), registerBody(c.register()))
              : registerWithCredentials(c.register(), Optional.of(c.invitation()));
      case Command.Invite c -> new Invite(buffer(c.invitation()), c.expiresAt());
      case Command.SetStatus c -> new SetAccountStatus(c.userId().value(), nameOf(c.status()));
      case Command.Forget c -> new ForgetAccount(c.userId().value());
      case Command.BeginRebuild c -> new BeginRebuild(c.rebuildId(), c.revision(), c.noncesAfter());
      case Command.Restore c ->
          new RestoreAccount(buffer(AccountCodec.encode(c.account())), c.guesses());
      case Command.FinishRebuild c -> new FinishRebuild(c.rebuildId());
    };
  }

  private static int versionOf(Command command) {
    return switch (command) {
      case Command.Register c -> c.credentials().isPasswordOnly() ? 1 : 3;
      case Command.CountGuess c -> 1;
      case Command.FinishLogin c -> 1;
      case Command.UseNonce c -> 1;
      case Command.GrantEpoch c -> 1;
      case Command.MarkRevoked c -> 1;
      case Command.IssueGrant c -> 1;
      case Command.MarkProvisioned c -> 1;
      case Command.NoteEvent c -> 1;
      case Command.GrantNextEpoch c -> 1;
      case Command.ReplaceAuthorKey c -> 1;
      case Command.ReplaceBundle c -> 1;
      case Command.RegisterInvited c -> c.register().credentials().isPasswordOnly() ? 2 : 3;
      case Command.Invite c -> 2;
      case Command.SetStatus c -> 2;
      case Command.Forget c -> 2;
      case Command.BeginRebuild c -> 2;
      case Command.Restore c -> c.account().credentials().isPasswordOnly() ? 2 : 3;
      case Command.FinishRebuild c -> 2;
      case Command.ReplaceCredentials c -> 3;
      case Command.UseFactor c -> 3;
    };
  }

  private static String nameOf(Account.Status status) {
    return switch (status) {
      case ACTIVE -> "active";
      case DISABLED -> "disabled";
      case DELETING -> "deleting";
    };
  }

  private static Account.Status statusOf(String name) throws UnreadableCommandException {
    for (Account.Status status : Account.Status.values()) {
      if (nameOf(status).equals(name)) {
        return status;
      }
    }
    throw new UnreadableCommandException("unknown status of an account");
  }

  private static UseFactor useFactor(Command.UseFactor c) {
    return switch (c.match()) {
      case Command.FactorMatch.None none ->
          new UseFactor(c.userId().value(), c.accountVersion(), null, null, c.guessesMax());
      case Command.FactorMatch.Step match ->
          new UseFactor(c.userId().value(), c.accountVersion(), match.step(), null, c.guessesMax());
      case Command.FactorMatch.Code match ->
          new UseFactor(
              c.userId().value(), c.accountVersion(), null, buffer(match.digest()), c.guessesMax());
    };
  }

  private static Command.FactorMatch match(UseFactor b) throws UnreadableCommandException {
    if (b.getStep() != null && b.getCode() != null) {
      throw new UnreadableCommandException("a code that is two");
    }
    if (b.getStep() != null) {
      return new Command.FactorMatch.Step(b.getStep());
    }
    return b.getCode() == null
        ? new Command.FactorMatch.None()
        : new Command.FactorMatch.Code(bytes(b.getCode()));
  }

  private static RegisterWithCredentials registerWithCredentials(
      Command.Register c, Optional<Bytes> invitation) {
    return new RegisterWithCredentials(
        buffer(c.lookupKey()),
        c.username(),
        c.userId().value(),
        buffer(c.authorPublicKey()),
        buffer(AccountCodec.encode(c.credentials())),
        c.bundle().version(),
        buffer(c.bundle().digest()),
        c.cells(),
        c.cellUsersMax(),
        c.replaces().map(replaced -> replaced.userId().value()).orElse(null),
        c.replaces().map(Command.Replaced::connections).orElse(0L),
        invitation.map(CommandCodec::buffer).orElse(null));
  }

  private static Command register(RegisterWithCredentials b) throws UnreadableCommandException {
    Command.Register register =
        new Command.Register(
            bytes(b.getLookupKey()),
            b.getUsername(),
            UserId.parse(b.getUserId()),
            bytes(b.getAuthorPublicKey()),
            credentials(b.getCredentials()),
            new StoredVersion(b.getBundleVersion(), bytes(b.getBundleDigest())),
            b.getCells(),
            b.getCellUsersMax(),
            Optional.ofNullable(b.getReplaces())
                .map(userId ->
                    new Command.Replaced(UserId.parse(userId), b.getReplacesConnections())));
    return b.getInvitation() == null
        ? register
        : new Command.RegisterInvited(bytes(b.getInvitation()), register);
  }

  private static Credentials credentials(ByteBuffer encoded) throws UnreadableCommandException {
    try {
      return AccountCodec.decodeCredentials(bytes(encoded));
    } catch (IOException e) {
      throw new UnreadableCommandException("no credentials of ours", e);
    }
  }

  private static Credentials.PasswordLogin password(Command.Register c) {
    return c.credentials()
        .password()
        .orElseThrow(() -> new IllegalStateException("only a password is written so"));
  }

  private static RegisterAccount registerBody(Command.Register c) {
    Credentials.PasswordLogin password = password(c);
    return new RegisterAccount(
        buffer(c.lookupKey()),
        c.username(),
        c.userId().value(),
        buffer(c.authorPublicKey()),
        password.record().version(),
        buffer(password.record().digest()),
        c.bundle().version(),
        buffer(c.bundle().digest()),
        password.ksf().memoryKiB(),
        password.ksf().iterations(),
        password.ksf().parallelism(),
        c.cells(),
        c.cellUsersMax(),
        c.replaces().map(replaced -> replaced.userId().value()).orElse(null),
        c.replaces().map(Command.Replaced::connections).orElse(0L));
  }

  private static Command.Register register(RegisterAccount b) {
    return new Command.Register(
        bytes(b.getLookupKey()),
        b.getUsername(),
        UserId.parse(b.getUserId()),
        bytes(b.getAuthorPublicKey()),
        Credentials.ofPassword(
            new StoredVersion(b.getRecordVersion(), bytes(b.getRecordDigest())),
            new KsfParameters(b.getMemoryKiB(), b.getIterations(), b.getParallelism())),
        new StoredVersion(b.getBundleVersion(), bytes(b.getBundleDigest())),
        b.getCells(),
        b.getCellUsersMax(),
        Optional.ofNullable(b.getReplaces())
            .map(userId -> new Command.Replaced(UserId.parse(userId), b.getReplacesConnections())));
  }

  private static Account account(ByteBuffer encoded) throws UnreadableCommandException {
    try {
      return AccountCodec.decode(bytes(encoded));
    } catch (IOException e) {
      throw new UnreadableCommandException("no account of ours", e);
    }
  }

  private static Command command(Object body) throws UnreadableCommandException {
    return switch (body) {
      case RegisterAccount b -> register(b);
      case CountGuess b ->
          new Command.CountGuess(
              bytes(b.getLookupKey()),
              bytes(b.getSessionId()),
              bytes(b.getSealedState()),
              b.getLifetimeMs(),
              b.getGuessesMax());
      case FinishLogin b -> new Command.FinishLogin(bytes(b.getSessionId()), b.getSucceeded());
      case UseNonce b -> new Command.UseNonce(bytes(b.getNonce()), b.getExpiresAt());
      case GrantEpoch b -> new Command.GrantEpoch(UserId.parse(b.getUserId()), b.getTakeoverId());
      case MarkRevoked b -> new Command.MarkRevoked(UserId.parse(b.getUserId()), b.getEpoch());
      case IssueGrant b ->
          new Command.IssueGrant(UserId.parse(b.getUserId()), b.getEpoch(), b.getFinalEndOffset());
      case MarkProvisioned b ->
          new Command.MarkProvisioned(UserId.parse(b.getUserId()), b.getEpoch());
      case NoteEvent b ->
          new Command.NoteEvent(UserId.parse(b.getUserId()), b.getEvent(), b.getDetail());
      case GrantNextEpoch b ->
          new Command.GrantNextEpoch(
              UserId.parse(b.getUserId()), b.getGrantId(), b.getAfterEpoch());
      case ReplaceAuthorKey b ->
          new Command.ReplaceAuthorKey(
              UserId.parse(b.getUserId()),
              bytes(b.getAuthorPublicKey()),
              bytes(b.getNewAuthorPublicKey()));
      case ReplaceBundle b ->
          new Command.ReplaceBundle(
              UserId.parse(b.getUserId()),
              new StoredVersion(b.getBundleVersion(), bytes(b.getBundleDigest())));
      case RegisterWithCredentials b -> register(b);
      case ReplaceCredentials b ->
          new Command.ReplaceCredentials(
              UserId.parse(b.getUserId()),
              b.getAccountVersion(),
              credentials(b.getCredentials()),
              new StoredVersion(b.getBundleVersion(), bytes(b.getBundleDigest())),
              b.getUsedStep() == null ? OptionalLong.empty() : OptionalLong.of(b.getUsedStep()));
      case UseFactor b ->
          new Command.UseFactor(
              UserId.parse(b.getUserId()), b.getAccountVersion(), match(b), b.getGuessesMax());
      case RegisterInvited b ->
          new Command.RegisterInvited(bytes(b.getInvitation()), register(b.getRegister()));
      case Invite b -> new Command.Invite(bytes(b.getInvitation()), b.getExpiresAt());
      case SetAccountStatus b ->
          new Command.SetStatus(UserId.parse(b.getUserId()), statusOf(b.getStatus()));
      case ForgetAccount b -> new Command.Forget(UserId.parse(b.getUserId()));
      case BeginRebuild b ->
          new Command.BeginRebuild(b.getRebuildId(), b.getRevision(), b.getNoncesAfter());
      case RestoreAccount b -> new Command.Restore(account(b.getAccount()), b.getGuesses());
      case FinishRebuild b -> new Command.FinishRebuild(b.getRebuildId());
      default -> throw new UnreadableCommandException("unknown body");
    };
  }

  private static ByteBuffer buffer(Bytes bytes) {
    return bytes.asReadOnlyByteBuffer();
  }

  private static Bytes bytes(ByteBuffer buffer) {
    return Bytes.copyOf(buffer);
  }
}
