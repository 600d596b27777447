package dev.cairn.journal.judge;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.SignedHeader;
import java.util.ArrayList;
import java.util.List;

/**
 * Records of a later key version that came before the record which introduces it. They are aliens,
 * and are looked at again once their key is known: without that, a record moved to before a
 * rotation would be lost in silence, and a reader whose snapshot ends with that very record would
 * begin too early.
 *
 * <table>
 * <caption>How long they are kept</caption>
 * <tr><th>names</th><th>until</th></tr>
 * <tr><td>the next key version</td><td>it is in force; a rotation, until the key before it is</td></tr>
 * <tr><td>one after that</td><td>the damage that they are is healed</td></tr>
 * </table>
 *
 * <p>While there are any, no record is clean, so that readers that begin at a snapshot have missed
 * none. Whoever may write to the topic can so put compaction off, but only up to the next rotation.
 * Bounded: beyond {@code capacityBytes} of headers they are not kept and stay mere aliens.
 */
final class Unverified {
  private record Claim(Link link, SignedHeader signed) {
    int keyVersion() {
      return signed.header().keyVersion();
    }

    boolean holds(ChainPosition at, SignatureCheck check) {
      Bytes header = signed.header().toBytes();
      Bytes lastSignature = signed.signatures().get(signed.signatures().size() - 1);
      if (keyVersion() == at.keyVersion()) {
        return check.verifies(at.author(), header, lastSignature);
      }
      return keyVersion() == at.keyVersion() + 1
          && signed.header() instanceof EpochHeader opening
          && opening.reason() == EpochReason.ROTATION
          && check.verifies(at.author(), header, signed.signatures().get(0))
          && check.verifies(opening.author(), header, lastSignature);
    }
  }

  private final long capacityBytes;
  private final List<Claim> claims = new ArrayList<>();
  private long bytes;

  Unverified(long capacityBytes) {
    this.capacityBytes = capacityBytes;
  }

  void keep(long offset, LogRecord record) {
    int size = record.headerBytes().size();
    if (bytes + size <= capacityBytes) {
      bytes += size;
      claims.add(new Claim(Link.of(offset, record), record.signedHeader()));
    }
  }

  boolean isEmpty() {
    return claims.isEmpty();
  }

  /**
   * Another key is in force: takes out and gives, in the log's order, those that turn out to be
   * authentic.
   */
  List<Link> resolve(ChainPosition at, SignatureCheck check) {
    List<Link> authentic = new ArrayList<>();
    List<Claim> left = new ArrayList<>();
    for (Claim claim : claims) {
      if (claim.holds(at, check)) {
        authentic.add(claim.link);
      } else if (claim.keyVersion() > at.keyVersion()) {
        left.add(claim);
      }
    }
    replace(left);
    return authentic;
  }

  /** The damage is healed: forgets what is further ahead than the next key version. */
  void healed(int keyVersion) {
    if (!claims.isEmpty()) {
      replace(claims.stream().filter(it -> it.keyVersion() <= keyVersion + 1).toList());
    }
  }

  private void replace(List<Claim> left) {
    List<Claim> copy = List.copyOf(left);
    claims.clear();
    claims.addAll(copy);
    bytes = copy.stream().mapToLong(it -> it.signed.header().toBytes().size()).sum();
  }
}
