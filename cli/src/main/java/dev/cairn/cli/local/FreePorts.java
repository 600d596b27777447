package dev.cairn.cli.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports on loopback: chosen once, and asked about before a server is started on one. */
final class FreePorts {
  private FreePorts() {}

  /** Ports that nobody uses now; held open together, so that no two of them are the same. */
  static List<Integer> choose(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        ports.add(socket.getLocalPort());
      }
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
    return ports;
  }

  /**
   * Asks before the server tries: its own complaint would name neither the port nor the way out.
   *
   * @throws LocalStackException if another program has the port
   */
  static void requireFree(String server, int port) throws LocalStackException {
    try (ServerSocket socket = new ServerSocket()) {
      // As servers do: connections that are still dying after a kill do not count.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
    } catch (IOException e) {
      throw new LocalStackException(
          "port "
              + port
              + " of "
              + server
              + " is used by another program. Nothing was started and no data was touched. The port"
              + " was chosen when the directory was new, and owners remember it: stop that program"
              + " and start again.",
          e);
    }
  }
}
