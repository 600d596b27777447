package dev.cairn.keyserver.engine;

import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.publish.ConnectionSource;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.service.BrokerConnection;
import java.util.List;
import java.util.Map;

/** The provider's service, as far as a running keyserver asks it. */
public final class FakeService implements ConnectionSource {
  private volatile boolean away;
  private volatile boolean fenced;
  private volatile List<KnownSnapshot> snapshots = List.of();
  private volatile int connects;

  public void away(boolean now) {
    away = now;
  }

  public void fenced(boolean now) {
    fenced = now;
  }

  public void snapshots(List<KnownSnapshot> now) {
    snapshots = List.copyOf(now);
  }

  public int connects() {
    return connects;
  }

  private void check() {
    if (away) {
      throw new UnavailableException("The service is away");
    }
  }

  @Override
  public synchronized BrokerConnection connect(long epoch) {
    check();
    connects++;
    if (fenced) {
      throw new FencedException("A later epoch was granted");
    }
    return new BrokerConnection(
        TestOwner.USER,
        "c1",
        "topic",
        "127.0.0.1:1",
        "PLAINTEXT",
        "",
        "principal",
        "",
        epoch,
        Map.of());
  }

  @Override
  public List<KnownSnapshot> snapshots() {
    check();
    return snapshots;
  }

  @Override
  public LogExtent logExtent() {
    check();
    return new LogExtent(0, 0);
  }
}
