package dev.cairn.recovery.http;

import dev.cairn.crypto.UserId;
import dev.cairn.recovery.provision.OwnerBroker;
import dev.cairn.recovery.provision.ProvisioningException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Remembers what was done to it, in order, and fails where a test wants it. */
final class FakeBroker implements OwnerBroker {
  final List<String> done = new ArrayList<>();
  private final Set<String> failing = new HashSet<>();
  long end = 42;

  /** Happens when a principal is about to be refused. */
  volatile Runnable beforeRevoke = () -> {};

  /** The next steps of this name fail, until {@link #heal}. */
  synchronized void fail(String step) {
    failing.add(step);
  }

  synchronized void heal() {
    failing.clear();
  }

  @Override
  public void provide(UserId userId, String cell, long epoch) throws ProvisioningException {
    step("provide", epoch);
  }

  @Override
  public void revoke(UserId userId, String cell, long epoch) throws ProvisioningException {
    beforeRevoke.run();
    step("revoke", epoch);
  }

  @Override
  public void limit(UserId userId, long epoch) throws ProvisioningException {
    step("limit", epoch);
  }

  @Override
  public long endOffset(UserId userId, String cell) throws ProvisioningException {
    step("end", 0);
    return end;
  }

  private synchronized void step(String name, long epoch) throws ProvisioningException {
    if (failing.contains(name)) {
      throw new ProvisioningException("the test lets " + name + " fail");
    }
    done.add(epoch == 0 ? name : name + " " + epoch);
  }
}
