package dev.cairn.bench.micro;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Elements;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.ObjectSlice;
import dev.cairn.crypto.SealBrokenException;
import dev.cairn.crypto.SealedSlice;
import dev.cairn.crypto.SealingContext;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.ValueKind;
import java.security.SecureRandom;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Sealing and opening one object, and what the state digest costs for it. */
@State(Scope.Thread)
public class SealBenchmark {
  /** Bytes of the value; random, so that nothing compresses. */
  @Param({"100", "1024", "65536"})
  public int size;

  private final UserId userId = UserId.parse("a".repeat(26));
  private final SealingContext context = new SealingContext(userId, 1, 1, 1);
  private final StateAccumulator accumulator = new StateAccumulator();
  private KeyRing keys;
  private ObjectSlice slice;
  private SealedSlice sealed;
  private Bytes element;

  /** Keys, a value, and it sealed. */
  @Setup
  public void prepare() {
    try (BackupKey key = BackupKey.generate(new SecureRandom())) {
      keys = key.deriveKeys(userId, 1);
    }
    byte[] content = new byte[size];
    new Random(1).nextBytes(content);
    slice = new ObjectSlice(ValueKind.BYTES, "collection", "id", 0, 1, size, Bytes.wrap(content));
    sealed = keys.sealer().seal(context, slice);
    element = element();
  }

  /** Zeroes the keys. */
  @TearDown
  public void close() {
    keys.close();
  }

  /** Tag, compression, XAES-256-GCM. */
  @Benchmark
  public SealedSlice seal() {
    return keys.sealer().seal(context, slice);
  }

  /** The way back, with the tag checked. */
  @Benchmark
  public ObjectSlice open() throws SealBrokenException {
    return keys.sealer().open(context, sealed.tag(), sealed.sealed());
  }

  /** SHA-256 over the sealed object. */
  @Benchmark
  public Bytes element() {
    return Elements.element(userId, 1, 1, 1, sealed.tag(), sealed.sealed());
  }

  /** Expansion of an element, added to the state. */
  @Benchmark
  public StateAccumulator accumulate() {
    accumulator.add(element);
    return accumulator;
  }
}
