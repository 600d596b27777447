package dev.cairn.keyserver.service;

import dev.cairn.crypto.UserId;
import java.util.HashMap;
import java.util.Map;

/**
 * How a writer of one epoch reaches its topic. Holds a password: it shows it to Kafka's client
 * only.
 */
public final class BrokerConnection {
  private final UserId userId;
  private final String cell;
  private final String topic;
  private final String bootstrapServers;
  private final String securityProtocol;
  private final String saslMechanism;
  private final String principal;
  private final String password;
  private final long epoch;
  private final Map<String, Integer> schemaIds;

  /**
   * A way for one writer.
   *
   * @param saslMechanism empty where the protocol has no SASL
   * @param schemaIds by subject: ids to write with, where a registry gave them
   */
  public BrokerConnection(
      UserId userId,
      String cell,
      String topic,
      String bootstrapServers,
      String securityProtocol,
      String saslMechanism,
      String principal,
      String password,
      long epoch,
      Map<String, Integer> schemaIds) {
    this.userId = userId;
    this.cell = cell;
    this.topic = topic;
    this.bootstrapServers = bootstrapServers;
    this.securityProtocol = securityProtocol;
    this.saslMechanism = saslMechanism;
    this.principal = principal;
    this.password = password;
    this.epoch = epoch;
    this.schemaIds = Map.copyOf(schemaIds);
  }

  public UserId userId() {
    return userId;
  }

  public String cell() {
    return cell;
  }

  public String topic() {
    return topic;
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  public String principal() {
    return principal;
  }

  public long epoch() {
    return epoch;
  }

  /** By subject: ids to write with, where a registry gave them. */
  public Map<String, Integer> schemaIds() {
    return schemaIds;
  }

  /** What Kafka's clients need to connect. Contains the password: never log it. */
  public Map<String, Object> kafkaClientProperties() {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("security.protocol", securityProtocol);
    if (!saslMechanism.isEmpty()) {
      properties.put("sasl.mechanism", saslMechanism);
      properties.put(
          "sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required username="
              + quoted(principal)
              + " password="
              + quoted(password)
              + ";");
    }
    return properties;
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  @Override
  public String toString() {
    return "BrokerConnection(" + principal + " to " + topic + " at " + bootstrapServers + ")";
  }
}
