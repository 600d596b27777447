package dev.cairn.e2e.rebase;

import dev.cairn.cli.local.LocalStack;
import dev.cairn.compactor.CompactionRequests;
import dev.cairn.compactor.LogVerification;
import dev.cairn.compactor.VerificationReport;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.Delete;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.recover.ProgressListener;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.recover.RecoveryReport;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.setup.Registration;
import dev.cairn.provider.config.ProviderConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A whole provider, and owners who do things to it. */
final class OwnerBench {
  static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String PASSWORD = "correct horse battery staple walnut";

  private final Path data;
  private final LocalStack stack;
  private final OwnerConfig config;
  private final AtomicInteger users = new AtomicInteger();

  private OwnerBench(Path data, LocalStack stack, OwnerConfig config) {
    this.data = data;
    this.stack = stack;
    this.config = config;
  }

  static OwnerBench start(Path data) throws Exception {
    LocalStack stack = LocalStack.start(data);
    return new OwnerBench(data, stack, OwnerConfig.read(stack.ownerProperties()));
  }

  ProviderConfig provider() throws Exception {
    return ProviderConfig.load(stack.providerProperties());
  }

  String newName() {
    return "owner-" + users.getAndIncrement();
  }

  UserId init(Path home, String username) {
    try (SecretBytes password = password()) {
      return Registration.init(home, config, username, password);
    }
  }

  RecoveryReport recover(Path home, String username) {
    try (SecretBytes password = password()) {
      return Recovery.recover(
          RecoverOptions.of(home, config, username), password, ProgressListener.NONE);
    }
  }

  RecoveryReport drill(Path home, String username) {
    try (SecretBytes password = password()) {
      return Recovery.recover(
          RecoverOptions.of(home, config, username).withReadOnly(true),
          password,
          ProgressListener.NONE);
    }
  }

  static SecretBytes password() {
    return SecretBytes.takeOwnershipOf(Bytes.utf8(PASSWORD).toByteArray());
  }

  void compact(UserId userId) throws Exception {
    CompactionRequests.request(provider(), userId, Optional.of(Duration.ofMinutes(2)));
  }

  VerificationReport verify(UserId userId) throws Exception {
    return LogVerification.verify(provider(), userId);
  }

  /** What storage holds of a user, as plain files. */
  List<Path> stored(UserId userId) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains("/users/" + userId.value() + "/"))
          .sorted()
          .toList();
    }
  }

  /** Some puts, over what is there, too, and some deletes; waits until they are backed up. */
  static void write(Keyserver keyserver, int from, int count) throws InterruptedException {
    for (int i = from; i < from + count; i++) {
      keyserver.transact(transaction(i));
    }
    keyserver.drain(PATIENCE);
  }

  static Transaction transaction(int i) {
    return i % 5 == 4
        ? Transaction.of(new Delete(new ObjectName("c", "" + (i - 1))))
        : Transaction.of(
            new Put(
                new ObjectName("c", "" + i),
                Value.bytes(Bytes.utf8("value " + i + "x".repeat(i % 300 * 20)))),
            new Put(new ObjectName("j", "é" + i % 50), Value.json("{\"n\": " + i + " }")));
  }

  static SortedMap<String, Bytes> contents(Keyserver keyserver) {
    SortedMap<String, Bytes> contents = new TreeMap<>();
    keyserver.export(object ->
        contents.put(
            object.name().collection() + "/" + object.name().id(), object.value().content()));
    return contents;
  }

  static SortedMap<String, Bytes> contents(Path home) {
    try (Keyserver keyserver =
        Keyserver.open(home, dev.cairn.keyserver.KeyserverOptions.reading())) {
      return contents(keyserver);
    }
  }

  void close() throws Exception {
    stack.close();
  }
}
