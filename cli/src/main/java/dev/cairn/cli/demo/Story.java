package dev.cairn.cli.demo;

import dev.cairn.cli.output.Bar;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Figures;
import dev.cairn.cli.output.RecoveryProgress;
import dev.cairn.cli.output.Streams;
import dev.cairn.compactor.CompactionRequests;
import dev.cairn.compactor.LogVerification;
import dev.cairn.compactor.VerificationReport;
import dev.cairn.compactor.work.CompactionResult;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.Passphrases;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.recover.RecoveryReport;
import dev.cairn.keyserver.setup.Registration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Register, write, compact, truncate, lose, recover, compare. */
final class Story {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PARTS = 3;

  private final Narrator narrator;
  private final Streams streams;
  private final History history;
  private final Stack stack;
  private final Path home;
  private final Path newHome;
  private final String username;
  private long firstOffset;
  private long written;
  private long bytes;

  Story(Narrator narrator, Streams streams, Path work, History history, Stack stack) {
    this.narrator = narrator;
    this.streams = streams;
    this.history = history;
    this.stack = stack;
    this.home = work.resolve("keyserver");
    this.newHome = work.resolve("new-keyserver");
    this.username = "demo-" + UserId.random(new SecureRandom()).value().substring(0, 8);
  }

  History.Comparison tell() throws Exception {
    char[] passphrase = Passphrases.generate(new SecureRandom());
    try (SecretBytes password = secret(passphrase)) {
      UserId user = register(password, passphrase);
      Arrays.fill(passphrase, '\0');
      write(user);
      prove(user);
      lose();
      recover(password);
    }
    return compare();
  }

  static String verdict(History.Comparison comparison) {
    return "Compared "
        + Figures.count(comparison.objects())
        + " "
        + comparison.what()
        + ", "
        + Figures.count(comparison.bytes())
        + " bytes: every byte matches.";
  }

  static String since(long start) {
    return Figures.time(elapsed(start));
  }

  private static Duration elapsed(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static SecretBytes secret(char[] passphrase) {
    byte[] encoded = new String(passphrase).getBytes(StandardCharsets.UTF_8);
    return SecretBytes.takeOwnershipOf(encoded);
  }

  private UserId register(SecretBytes password, char[] passphrase) {
    narrator.step("Register with a password that never leaves this machine");
    long start = System.nanoTime();
    UserId user = Registration.init(home, stack.owner(), username, password);
    narrator.figure(
        "user name "
            + username
            + ", password "
            + new String(passphrase)
            + " ("
            + since(start)
            + ")");
    narrator.figure("what the provider calls this account: " + user);
    return user;
  }

  private void write(UserId user) throws Exception {
    long size = history.size();
    try (History.Reading reading = history.open();
        Keyserver keyserver = Keyserver.open(home)) {
      long start = System.nanoTime();
      keyserver.transact(Marks.of(0));
      keyserver.drain(PATIENCE);
      firstOffset = logStart(keyserver);
      narrator.figure("connected as the only writer of its own topic (" + since(start) + ")");
      for (int part = 1; part <= PARTS; part++) {
        // Most of it before the first snapshot, a tail behind the last one.
        long until =
            switch (part) {
              case 1 -> (size * 6 + 9) / 10;
              case 2 -> (size * 9 + 9) / 10;
              default -> size;
            };
        writePart(keyserver, reading, until, part);
        if (part < PARTS) {
          compact(keyserver, user, part);
        }
      }
    }
  }

  private void writePart(Keyserver keyserver, History.Reading reading, long until, int part)
      throws Exception {
    long first = written;
    narrator.step(
        switch (part) {
          case 1 -> "Write: every transaction is sealed and streamed to the user's own Kafka topic";
          case 2 -> "Write on";
          default -> "Write on: these changes are in no snapshot";
        });
    long start = System.nanoTime();
    long bytesBefore = bytes;
    try (Bar bar = bar("sealing", until - first)) {
      while (written < until) {
        Optional<Transaction> transaction = reading.next();
        if (transaction.isEmpty()) {
          break;
        }
        keyserver.transact(transaction.get());
        bytes += plaintext(transaction.get());
        written++;
        if (bar != null) {
          bar.to(written - first, until - first);
        }
      }
      keyserver.transact(Marks.of(part));
      keyserver.drain(PATIENCE);
    }
    Duration took = elapsed(start);
    narrator.figure(
        Figures.count(written - first)
            + " transactions, "
            + Figures.bytes(bytes - bytesBefore)
            + " of plaintext, backed up in "
            + Figures.time(took)
            + " ("
            + Figures.rate(written - first + 1, took)
            + " transactions/s)");
    KeyserverStatus status = keyserver.status();
    narrator.figure(
        Figures.count(status.objects())
            + " objects live; log offsets "
            + status
                .log()
                .map(log -> log.startOffset() + " to " + log.endOffset())
                .orElse("unknown"));
  }

  private @Nullable Bar bar(String task, long total) {
    return streams.terminalErr() && total > 0
        ? Bar.start(streams, task, Bar.Unit.ITEMS, total)
        : null;
  }

  private static long plaintext(Transaction transaction) {
    return transaction.changes().stream()
        .mapToLong(change -> change instanceof Put put ? put.value().content().size() : 0)
        .sum();
  }

  private void compact(Keyserver keyserver, UserId user, int part) throws Exception {
    narrator.step(
        part == 1
            ? "Compact: a party without keys turns the log into a snapshot and proves it"
            : "Compact again: behind two verified snapshots the log is truncated");
    long start = System.nanoTime();
    long logStart = logStart(keyserver);
    OptionalLong logBytes = LogSize.of(stack.provider(), user);
    CompactionResult result =
        CompactionRequests.request(stack.provider(), user, Optional.of(PATIENCE))
            .result()
            .orElseThrow();
    CompactionResult.Summary newest =
        result.newest().orElseThrow(() -> failed("The compaction came to " + result.describe()));
    narrator.figure(
        "log of "
            + Figures.count(newest.index() + 1)
            + " records"
            + (logBytes.isPresent() ? ", " + Figures.bytes(logBytes.getAsLong()) : "")
            + " → snapshot of "
            + Figures.count(newest.entries())
            + " sealed entries, "
            + Figures.bytes(newest.bytes())
            + ", digest as the owner signed it ("
            + since(start)
            + ")");
    if (part == 1) {
      long now = logStart(keyserver);
      narrator.figure(
          now == firstOffset
              ? "log start " + now + ": one snapshot alone truncates nothing"
              : "log start " + firstOffset + " → " + now + ": it was compacted while it grew, too");
    } else {
      narrator.figure("log start " + logStart + " → " + awaitTruncation(keyserver));
    }
  }

  private static long logStart(Keyserver keyserver) {
    return keyserver
        .status()
        .log()
        .orElseThrow(() -> failed("The service does not say where the log stands"))
        .startOffset();
  }

  private long awaitTruncation(Keyserver keyserver) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - deadline < 0) {
      long now = logStart(keyserver);
      if (now > firstOffset) {
        return now;
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
    throw failed("The log was not truncated within " + Figures.time(PATIENCE));
  }

  private static CommandFailedException failed(String what) {
    return new CommandFailedException(
        new Failure(
            ExitCodes.FAILED,
            what,
            "Only the demo's own data is concerned.",
            "Run it again with --keep and look at the messages above."));
  }

  private void prove(UserId user) throws Exception {
    narrator.step("Verify the provider's side without any key");
    long start = System.nanoTime();
    VerificationReport report = LogVerification.verify(stack.provider(), user);
    if (!report.isSound()) {
      throw failed("The provider's side is not sound: " + String.join("; ", report.problems()));
    }
    narrator.figure(
        Figures.count(report.records())
            + " records and "
            + report.snapshots().size()
            + " snapshots are what the owner signed ("
            + since(start)
            + ")");
  }

  private void lose() throws Exception {
    narrator.step("Lose the machine");
    WorkDirectory.delete(home);
    narrator.figure(home + " is gone: plaintext, keys, everything");
  }

  private void recover(SecretBytes password) {
    narrator.step("Recover on an empty machine: user name and password, nothing else");
    RecoveryReport report;
    try (RecoveryProgress progress = new RecoveryProgress(streams)) {
      report =
          Recovery.recover(RecoverOptions.of(newHome, stack.owner(), username), password, progress);
    }
    narrator.figure(
        Figures.count(report.objects())
            + " objects in "
            + Figures.time(report.duration())
            + ": snapshot of "
            + Figures.bytes(report.snapshotBytes())
            + " and "
            + Figures.count(report.tailRecords())
            + " log records after it");
    narrator.figure("every signature, seal and digest verified; checkpoint " + report.end());
  }

  private History.Comparison compare() throws Exception {
    narrator.step("Compare with the source of the data");
    try (Keyserver keyserver = Keyserver.open(newHome, KeyserverOptions.reading())) {
      Optional<Value> mark = keyserver.get(Marks.COLLECTION, Marks.ID);
      if (!mark.equals(Optional.of(Value.json(Marks.text(PARTS))))) {
        return new History.Comparison("marks", 0, 0, Optional.of("the last mark is not there"));
      }
      return history.compare(keyserver);
    }
  }
}
