package dev.cairn.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * LtHash16: a digest of a multiset that grows and shrinks element by element, in any order.
 *
 * <p>An element expands to 1024 little-endian {@code u16} lanes, {@code AES-256-CTR(key = element,
 * counter block 0, 2048 zero bytes)}, which are added to, or subtracted from, the accumulator mod
 * 2^16. The digest is {@code SHA-256(label(state) ‖ accumulator)}; the empty state is all zeros.
 *
 * <p><b>Not guaranteed:</b> that the elements were distinct. With repeats an attacker could solve
 * for any digest, so whoever folds must check that tags ascend strictly, and compare the count.
 *
 * <p>Not thread-safe: fold in parallel with one accumulator a thread, then {@link
 * #combine(StateAccumulator)}.
 */
public final class StateAccumulator {
  /** Bytes of an accumulator. */
  public static final int SIZE = 2048;

  /** Bytes of an element. */
  public static final int ELEMENT_SIZE = Sha256.SIZE;

  private static final int WORDS = SIZE / Long.BYTES;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8000_8000_8000_8000L;
  private static final byte[] ZEROS = new byte[SIZE];
  private static final IvParameterSpec COUNTER_ZERO = new IvParameterSpec(new byte[16]);
  private static final byte[] LABEL = Layout.label("state").toByteArray();

  /** Four lanes a word: each lane wraps on its own. */
  private final long[] words;

  private final byte[] expanded = new byte[SIZE];
  private final Cipher cipher;

  /** The empty state. */
  public StateAccumulator() {
    this(new long[WORDS]);
  }

  private StateAccumulator(long[] words) {
    this.words = words;
    try {
      this.cipher = Cipher.getInstance("AES/CTR/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-CTR", e);
    }
  }

  /**
   * The accumulator of these 2048 bytes, as {@link #toBytes()} gives them.
   *
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static StateAccumulator fromBytes(Bytes bytes) {
    if (bytes.size() != SIZE) {
      throw new IllegalArgumentException(
          "an accumulator has " + SIZE + " bytes, not " + bytes.size());
    }
    StateAccumulator accumulator = new StateAccumulator();
    byte[] content = bytes.unsafeArray();
    for (int i = 0; i < WORDS; i++) {
      accumulator.words[i] = (long) LONGS.get(content, i * Long.BYTES);
    }
    return accumulator;
  }

  /**
   * Adds one element.
   *
   * @throws IllegalArgumentException if it does not have 32 bytes
   */
  public void add(Bytes element) {
    expand(element);
    for (int i = 0; i < WORDS; i++) {
      words[i] = plus(words[i], (long) LONGS.get(expanded, i * Long.BYTES));
    }
  }

  /**
   * Takes one element away: the inverse of {@link #add(Bytes)}, also of one that was never added.
   *
   * @throws IllegalArgumentException if it does not have 32 bytes
   */
  public void subtract(Bytes element) {
    expand(element);
    for (int i = 0; i < WORDS; i++) {
      words[i] = minus(words[i], (long) LONGS.get(expanded, i * Long.BYTES));
    }
  }

  /** Adds everything that the other one holds; the other does not change. */
  public void combine(StateAccumulator other) {
    for (int i = 0; i < WORDS; i++) {
      words[i] = plus(words[i], other.words[i]);
    }
  }

  /** The 32-byte state digest. */
  public Bytes digest() {
    return Sha256.hash(Bytes.wrap(LABEL), toBytes());
  }

  /** An independent copy. */
  public StateAccumulator copy() {
    return new StateAccumulator(words.clone());
  }

  /** The 2048 bytes. */
  public Bytes toBytes() {
    byte[] bytes = new byte[SIZE];
    for (int i = 0; i < WORDS; i++) {
      LONGS.set(bytes, i * Long.BYTES, words[i]);
    }
    return Bytes.wrap(bytes);
  }

  private void expand(Bytes element) {
    if (element.size() != ELEMENT_SIZE) {
      throw new IllegalArgumentException(
          "an element has " + ELEMENT_SIZE + " bytes, not " + element.size());
    }
    try {
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(element.unsafeArray(), "AES"), COUNTER_ZERO);
      cipher.doFinal(ZEROS, 0, SIZE, expanded, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-CTR over 2048 bytes cannot fail", e);
    }
  }

  private static long plus(long a, long b) {
    return ((a & ~HIGH_BITS) + (b & ~HIGH_BITS)) ^ ((a ^ b) & HIGH_BITS);
  }

  private static long minus(long a, long b) {
    return ((a | HIGH_BITS) - (b & ~HIGH_BITS)) ^ ((a ^ ~b) & HIGH_BITS);
  }

  /** The digest, in hexadecimal. */
  @Override
  public String toString() {
    return "StateAccumulator(" + digest().hex() + ")";
  }
}
