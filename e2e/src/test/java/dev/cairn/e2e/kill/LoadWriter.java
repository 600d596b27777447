package dev.cairn.e2e.kill;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Receipt;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;

/**
 * A child process that writes numbered transactions until it is killed. It prints {@code S n} when
 * it starts behind transaction n, {@code D n} when n is durable and {@code B n} when n is backed
 * up; the parent reads these lines, so that they survive the kill.
 *
 * <p>Transaction n puts {@code log/n} and {@code state/last = n}; every fiftieth value spans
 * several slices and records.
 */
public final class LoadWriter {
  static final String LOG = "log";
  static final ObjectName LAST = new ObjectName("state", "last");

  private static final int IN_FLIGHT = 200;

  private LoadWriter() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    // System.out would flush through layers that a kill leaves half-written.
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    try (Keyserver keyserver = Keyserver.open(home, KeyserverOptions.defaults())) {
      long n = last(keyserver) + 1;
      out.println("S " + (n - 1));
      Semaphore room = new Semaphore(IN_FLIGHT);
      while (true) {
        room.acquire();
        long number = n++;
        Receipt receipt = keyserver.transact(transaction(seed, number));
        // Failures are lines of their own; the parent fails on them.
        var unusedDurable = receipt.durable().thenRun(() -> out.println("D " + number));
        var unusedBackedUp =
            receipt
                .backedUp()
                .whenComplete((position, failure) -> {
                  if (failure == null) {
                    out.println("B " + number);
                  } else {
                    out.println("F " + number + " " + failure);
                  }
                  room.release();
                });
      }
    }
  }

  static long last(Keyserver keyserver) {
    Optional<Value> last = keyserver.get(LAST.collection(), LAST.id());
    return last.isEmpty() ? -1 : Long.parseLong(last.get().jsonText());
  }

  static ObjectName name(long number) {
    return new ObjectName(LOG, Long.toString(number));
  }

  static Bytes content(long seed, long number) {
    Random random = new Random(seed * 1_000_003 + number);
    int size = number % 50 == 49 ? 1_300_000 : random.nextInt(2000);
    byte[] content = new byte[size];
    random.nextBytes(content);
    return Bytes.wrap(content);
  }

  private static Transaction transaction(long seed, long number) {
    return Transaction.of(
        new Put(name(number), Value.bytes(content(seed, number))),
        new Put(LAST, Value.json(Long.toString(number))));
  }
}
