package dev.cairn.provider.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and an S3 server on loopback, and fails as networks and busy servers do.
 * One request a connection: both sides are told to close, so that every request meets the fault
 * that is set when it comes.
 */
final class FaultProxy implements AutoCloseable {
  private static final byte[] SLOW_DOWN = slowDown();
  private static final int MAX_HEAD = 64 << 10;

  private final ServerSocket listening;
  private final int upstreamPort;
  private final AtomicInteger toThrottle = new AtomicInteger();
  private final AtomicInteger throttled = new AtomicInteger();
  private volatile long answerBytes = Long.MAX_VALUE;
  private volatile long requestBytes = Long.MAX_VALUE;
  private volatile boolean losingAnswers;

  private FaultProxy(ServerSocket listening, int upstreamPort) {
    this.listening = listening;
    this.upstreamPort = upstreamPort;
  }

  static FaultProxy to(int upstreamPort) throws IOException {
    FaultProxy proxy =
        new FaultProxy(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), upstreamPort);
    Thread.ofPlatform().daemon().name("fault-proxy").start(proxy::accept);
    return proxy;
  }

  private static byte[] slowDown() {
    String body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SlowDown</Code>"
            + "<Message>Please reduce your request rate.</Message></Error>";
    return ("HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nConnection: close\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** The next so many requests are answered with 503 SlowDown and go no further. */
  void throttle(int requests) {
    toThrottle.set(requests);
  }

  int throttled() {
    return throttled.get();
  }

  /** Every answer breaks off behind so many bytes, its head included. */
  void cutAnswersAfter(long bytes) {
    answerBytes = bytes;
  }

  /** Every request breaks off behind so many bytes, its head included. */
  void cutRequestsAfter(long bytes) {
    requestBytes = bytes;
  }

  /** Every request takes its effect, and no byte of an answer comes back. */
  void loseAnswers() {
    losingAnswers = true;
  }

  void healthy() {
    toThrottle.set(0);
    answerBytes = Long.MAX_VALUE;
    requestBytes = Long.MAX_VALUE;
    losingAnswers = false;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Thread.ofPlatform().daemon().name("fault-proxy-request").start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      String head = head(in);
      if (head.isEmpty()) {
        return;
      }
      long body = contentLength(head);
      if (toThrottle.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throttled.incrementAndGet();
        // Read first: closing on unread bytes would reset the connection under the answer.
        copy(in, OutputStream.nullOutputStream(), body);
        client.getOutputStream().write(SLOW_DOWN);
        client.getOutputStream().flush();
        client.shutdownOutput();
        return;
      }
      try (Socket server = new Socket(InetAddress.getLoopbackAddress(), upstreamPort)) {
        OutputStream out = server.getOutputStream();
        byte[] told = toldToClose(head).getBytes(StandardCharsets.ISO_8859_1);
        out.write(told);
        long allowed = Math.max(0, requestBytes - told.length);
        copy(in, out, Math.min(body, allowed));
        if (body > allowed) {
          return;
        }
        out.flush();
        if (losingAnswers) {
          // Its first byte says that the server is done.
          server.getInputStream().read();
          return;
        }
        copy(server.getInputStream(), client.getOutputStream(), answerBytes);
      }
    } catch (IOException broken) {
      // One side has hung up; closing both tells the other.
    }
  }

  /** Up to the empty line; empty when the client hung up before. */
  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int next = in.read();
      if (next < 0 || head.size() > MAX_HEAD) {
        return "";
      }
      head.write(next);
      boolean fits = next == (matched % 2 == 0 ? '\r' : '\n');
      matched = fits ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static long contentLength(String head) {
    for (String line : head.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        return Long.parseLong(line.substring("content-length:".length()).strip());
      }
    }
    return 0;
  }

  /** No signature covers Connection: it belongs to each hop. */
  private static String toldToClose(String head) {
    StringBuilder told = new StringBuilder();
    for (String line : head.strip().split("\r\n", -1)) {
      if (!line.toLowerCase(Locale.ROOT).startsWith("connection:")) {
        told.append(line).append("\r\n");
      }
    }
    return told.append("Connection: close\r\n\r\n").toString();
  }

  private static void copy(InputStream from, OutputStream to, long most) throws IOException {
    byte[] buffer = new byte[16 << 10];
    long left = most;
    while (left > 0) {
      int count = from.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        return;
      }
      to.write(buffer, 0, count);
      to.flush();
      left -= count;
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
