package dev.cairn.e2e.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Properties;

/** Stands between an owner and the recovery service, and keeps every byte of both directions. */
public final class RecordingProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final URI service;
  private final String serverName;
  private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();

  private RecordingProxy(ServerSocket listening, URI service, String serverName) {
    this.listening = listening;
    this.service = service;
    this.serverName = serverName;
  }

  /** A proxy for the service of an {@code owner.properties}. */
  public static RecordingProxy of(String ownerProperties) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(ownerProperties));
    RecordingProxy proxy =
        new RecordingProxy(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            URI.create(properties.getProperty("service.url")),
            properties.getProperty("server.name"));
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  /** The configuration of an owner who goes through the proxy. */
  public String ownerProperties() {
    return "service.url=http://127.0.0.1:"
        + listening.getLocalPort()
        + "\nserver.name="
        + serverName
        + "\n";
  }

  /** Everything that has passed so far. */
  public byte[] recorded() {
    synchronized (recorded) {
      return recorded.toByteArray();
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket owner = listening.accept();
        Socket upstream = new Socket(service.getHost(), service.getPort());
        Thread.ofVirtual().start(() -> copy(owner, upstream));
        Thread.ofVirtual().start(() -> copy(upstream, owner));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void copy(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      int count;
      while ((count = in.read(buffer)) >= 0) {
        synchronized (recorded) {
          recorded.write(buffer, 0, count);
        }
        out.write(buffer, 0, count);
        out.flush();
      }
    } catch (IOException ended) {
      // One side has hung up; closing both tells the other.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
