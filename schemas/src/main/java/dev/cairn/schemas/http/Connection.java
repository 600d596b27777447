package dev.cairn.schemas.http;

import java.util.Map;

/**
 * Everything a keyserver needs to reach its topic. The password is a secret: {@code toString}
 * leaves it out.
 */
public record Connection(
    String userId,
    String cell,
    String topic,
    String bootstrapServers,
    String securityProtocol,
    String saslMechanism,
    String principal,
    String password,
    long epoch,
    Map<String, Integer> schemaIds) {
  public Connection {
    schemaIds = Map.copyOf(schemaIds);
  }

  @Override
  public String toString() {
    return "Connection[topic=" + topic + ", principal=" + principal + ", epoch=" + epoch + "]";
  }
}
