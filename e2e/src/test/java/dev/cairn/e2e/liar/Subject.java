package dev.cairn.e2e.liar;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.keyserver.Delete;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** An owner, and what their state was after each of the records that they wrote. */
final class Subject {
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String username;
  private final UserId userId;
  private final Path home;
  private final String password;
  private final Map<Bytes, SortedMap<String, Bytes>> originals = new ConcurrentHashMap<>();
  private volatile Optional<Checkpoint> newest = Optional.empty();
  private int written;

  Subject(String username, UserId userId, Path home, String password) {
    this.username = username;
    this.userId = userId;
    this.home = home;
    this.password = password;
  }

  String username() {
    return username;
  }

  UserId userId() {
    return userId;
  }

  Path home() {
    return home;
  }

  String passwordText() {
    return password;
  }

  SecretBytes password() {
    return SecretBytes.takeOwnershipOf(Bytes.utf8(password).toByteArray());
  }

  /** The state after the record with that head; empty if the owner never was there. */
  Optional<SortedMap<String, Bytes>> original(Bytes head) {
    return Optional.ofNullable(originals.get(head));
  }

  /** Where the owner stands. */
  Checkpoint newest() {
    return newest.orElseThrow();
  }

  /** One record for each transaction. */
  void write(Keyserver keyserver, int transactions) throws InterruptedException {
    remember(keyserver);
    for (int i = 0; i < transactions; i++) {
      keyserver.transact(next());
      keyserver.drain(PATIENCE);
      remember(keyserver);
    }
  }

  /** Remembers what the state is now. */
  void remember(Keyserver keyserver) {
    Checkpoint at = Checkpoint.parse(keyserver.localStatus().checkpoint());
    originals.put(at.head(), contents(keyserver));
    newest = Optional.of(at);
  }

  private Transaction next() {
    int i = written++;
    return i % 5 == 4
        ? Transaction.of(new Delete(new ObjectName("c", "" + (i - 1))))
        : Transaction.of(
            new Put(new ObjectName("c", "" + i), Value.bytes(Bytes.utf8(username + " value " + i))),
            new Put(new ObjectName("j", "é" + i % 3), Value.json("{\"n\": " + i + " }")));
  }

  static SortedMap<String, Bytes> contents(Keyserver keyserver) {
    SortedMap<String, Bytes> contents = new TreeMap<>();
    keyserver.export(object ->
        contents.put(
            object.name().collection() + "/" + object.name().id(), object.value().content()));
    return contents;
  }
}
