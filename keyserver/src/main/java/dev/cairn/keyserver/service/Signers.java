package dev.cairn.keyserver.service;

import dev.cairn.schemas.http.ErrorCodes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Signs an owner's requests with the key that the account knows. While a backup key is rotated that
 * may be the one before still, or the next one already: each is tried, the one that was accepted
 * last first, then the newest. Thread-safe.
 */
public final class Signers {
  private final Supplier<List<OwnerSigner>> newestFirst;
  private volatile int acceptedLast;

  /** A request. */
  public interface Call<T, X extends Exception> {
    T with(OwnerSigner signer) throws X;
  }

  /**
   * @param newestFirst the keys at hand, by key version, greatest first; at least one
   */
  public Signers(Supplier<List<OwnerSigner>> newestFirst) {
    this.newestFirst = newestFirst;
  }

  /** Only ever one. */
  public static Signers of(OwnerSigner signer) {
    return new Signers(() -> List.of(signer));
  }

  /** Sends a request. */
  public <T, X extends Exception> T call(Call<T, X> call) throws X {
    Optional<ServiceRefusedException> refused = Optional.empty();
    for (OwnerSigner signer : acceptedLastFirst()) {
      try {
        T answer = call.with(signer);
        acceptedLast = signer.keyVersion();
        return answer;
      } catch (ServiceRefusedException e) {
        if (!e.code().equals(ErrorCodes.SIGNATURE_INVALID)) {
          throw e;
        }
        refused = Optional.of(e);
      }
    }
    throw refused.orElseThrow(() -> new IllegalStateException("There is no key to sign with"));
  }

  /** What was refused once need not be sent again with every request. */
  private List<OwnerSigner> acceptedLastFirst() {
    int first = acceptedLast;
    return newestFirst.get().stream()
        .sorted(Comparator.comparing((OwnerSigner signer) -> signer.keyVersion() != first))
        .toList();
  }

  /** Whether there is a key of that version. */
  public boolean has(int keyVersion) {
    return newestFirst.get().stream().anyMatch(signer -> signer.keyVersion() == keyVersion);
  }
}
