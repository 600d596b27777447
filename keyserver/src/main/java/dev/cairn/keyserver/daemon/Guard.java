package dev.cairn.keyserver.daemon;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is answered. A page in a browser on this machine may reach any port of it: it must not learn
 * anything by a name of its own that leads to loopback (DNS rebinding), and it does not know the
 * token.
 */
final class Guard {
  private static final String SCHEME = "Bearer ";
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  private final byte[] token;

  Guard(String token) {
    this.token = token.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Refuses a request that was sent to another name than loopback's; its port may be a tunnel's.
   */
  static void checkHost(Context context) throws Refusal {
    @Nullable String host = context.header("Host");
    if (host == null) {
      throw Refusal.wrongHost();
    }
    int port = host.startsWith("[") ? host.indexOf(':', host.indexOf(']') + 1) : host.indexOf(':');
    String name = port < 0 ? host : host.substring(0, port);
    if (!LOOPBACK.contains(name.toLowerCase(Locale.ROOT))) {
      throw Refusal.wrongHost();
    }
  }

  /** Refuses a request without the token; takes as long for any wrong one of its length. */
  void checkToken(Context context) throws Refusal {
    @Nullable String header = context.header("Authorization");
    if (header == null
        || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || !MessageDigest.isEqual(
            header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8), token)) {
      throw Refusal.tokenInvalid();
    }
  }
}
