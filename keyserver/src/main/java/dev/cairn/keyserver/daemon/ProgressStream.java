package dev.cairn.keyserver.daemon;

import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.api.Progress;
import dev.cairn.schemas.http.HttpJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Server-sent events of one subscriber: how far things are, first as they stand and then whenever
 * they have moved, each event the newest state. Whoever reads slowly gets fewer of them.
 */
final class ProgressStream {
  private static final Duration LOOK = Duration.ofMillis(25);

  private final Keyserver keyserver;
  private final BooleanSupplier stopping;
  private final Duration heartbeat;

  /**
   * @param heartbeat a comment is sent after that long without an event, so that either side
   *     notices that the other one is gone
   */
  ProgressStream(Keyserver keyserver, BooleanSupplier stopping, Duration heartbeat) {
    this.keyserver = keyserver;
    this.stopping = stopping;
    this.heartbeat = heartbeat;
  }

  /** Writes events until the keyserver stops or the subscriber goes away. */
  void writeTo(OutputStream out) throws IOException {
    Progress sent = look();
    event(out, "progress", sent);
    long sentAt = System.nanoTime();
    while (!stopping.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LOOK.toNanos());
      Progress now = look();
      if (!now.equals(sent)) {
        event(out, now.fenced() && !sent.fenced() ? "fenced" : "progress", now);
        sent = now;
        sentAt = System.nanoTime();
      } else if (System.nanoTime() - sentAt > heartbeat.toNanos()) {
        out.write(": still here\n\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        sentAt = System.nanoTime();
      }
    }
    event(out, "stopping", look());
  }

  private Progress look() {
    KeyserverStatus now = keyserver.localStatus();
    return new Progress(now.sequence(), now.backedUpSequence(), now.fenced());
  }

  private static void event(OutputStream out, String name, Progress progress) throws IOException {
    String data = HttpJson.strict().writeValueAsString(progress);
    out.write(("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
