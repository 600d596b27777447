package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.schemas.avro.AccountCommand;
import dev.cairn.schemas.avro.CountGuess;
import dev.cairn.schemas.avro.FinishLogin;
import dev.cairn.schemas.avro.GrantEpoch;
import dev.cairn.schemas.avro.GrantNextEpoch;
import dev.cairn.schemas.avro.IssueGrant;
import dev.cairn.schemas.avro.MarkProvisioned;
import dev.cairn.schemas.avro.MarkRevoked;
import dev.cairn.schemas.avro.NoteEvent;
import dev.cairn.schemas.avro.RegisterAccount;
import dev.cairn.schemas.avro.ReplaceAuthorKey;
import dev.cairn.schemas.avro.ReplaceBundle;
import dev.cairn.schemas.avro.UseNonce;
import dev.cairn.schemas.wire.MalformedWireException;
import dev.cairn.schemas.wire.RecordType;
import dev.cairn.schemas.wire.SchemaIds;
import dev.cairn.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Commands to their records on the topic and back, total in both directions. Thread-safe. */
final class CommandCodec {
  private static final int VERSION = 1;

  /** A command and the id under which it is remembered. */
  record Identified(String commandId, Command command) {}

  private final WireFormat wire;

  CommandCodec(SchemaIds ids) {
    this.wire = new WireFormat(ids);
  }

  byte[] encode(String commandId, Command command) {
    return wire.encode(new AccountCommand(commandId, VERSION, body(command)));
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
      if (read.getVersion() != VERSION) {
        throw new UnreadableCommandException("command version " + read.getVersion());
      }
      return new Identified(read.getCommandId(), command(read.getBody()));
    } catch (MalformedWireException | IllegalArgumentException e) {
      throw new UnreadableCommandException("no command of ours", e);
    }
  }

  private static Object body(Command command) {
    return switch (command) {
      case Command.Register c ->
          new RegisterAccount(
              buffer(c.lookupKey()),
              c.username(),
              c.userId().value(),
              buffer(c.authorPublicKey()),
              c.opaqueRecord().version(),
              buffer(c.opaqueRecord().digest()),
              c.bundle().version(),
              buffer(c.bundle().digest()),
              c.ksf().memoryKiB(),
              c.ksf().iterations(),
              c.ksf().parallelism(),
              c.cells(),
              c.cellUsersMax(),
              c.replaces().map(replaced -> replaced.userId().value()).orElse(null),
              c.replaces().map(Command.Replaced::connections).orElse(0L));
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
    };
  }

  private static Command command(Object body) throws UnreadableCommandException {
    return switch (body) {
      case RegisterAccount b ->
          new Command.Register(
              bytes(b.getLookupKey()),
              b.getUsername(),
              UserId.parse(b.getUserId()),
              bytes(b.getAuthorPublicKey()),
              new StoredVersion(b.getRecordVersion(), bytes(b.getRecordDigest())),
              new StoredVersion(b.getBundleVersion(), bytes(b.getBundleDigest())),
              new KsfParameters(b.getMemoryKiB(), b.getIterations(), b.getParallelism()),
              b.getCells(),
              b.getCellUsersMax(),
              Optional.ofNullable(b.getReplaces())
                  .map(userId ->
                      new Command.Replaced(UserId.parse(userId), b.getReplacesConnections())));
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
