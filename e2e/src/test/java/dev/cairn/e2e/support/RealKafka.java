package dev.cairn.e2e.support;

import dev.cairn.broker.CairnAuthorizer;
import dev.cairn.broker.FormatStorage;
import dev.cairn.provider.config.Jaas;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * Real Kafka servers (KRaft, SCRAM, {@link CairnAuthorizer}), each a process of its own on
 * loopback, broker and controller in one. They come back on their ports with their data.
 */
public final class RealKafka implements AutoCloseable {
  private static final String SERVICE_USER = "cairn-services";
  private static final String PASSWORD = "password-of-this-test-alone";
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  /** One server: where it listens, what it was told, and its process. */
  private static final class Node {
    private final Path properties;
    private final int port;
    private final OptionalInt jmxPort;
    private CairnProcess process;

    private Node(Path properties, int port, OptionalInt jmxPort, CairnProcess process) {
      this.properties = properties;
      this.port = port;
      this.jmxPort = jmxPort;
      this.process = process;
    }
  }

  private final Path directory;
  private final List<Node> nodes = new ArrayList<>();

  private RealKafka(Path directory) {
    this.directory = directory;
  }

  /** One server. */
  public static RealKafka start(Path directory) throws Exception {
    return start(directory, 1, new Properties(), false);
  }

  /**
   * Formats and starts a cluster; returns when every server is in it and the services' principal
   * gets in.
   *
   * @param overrides of every {@code server.properties}
   * @param jmx whether each server answers JMX on a port of its own, see {@link #jmxPort}
   */
  public static RealKafka start(Path directory, int servers, Properties overrides, boolean jmx)
      throws Exception {
    Files.createDirectories(directory);
    Path clusterId = Files.writeString(directory.resolve("cluster-id"), Uuid.randomUuid() + "\n");
    Path password = Files.writeString(directory.resolve("password"), PASSWORD + "\n");
    List<Integer> ports = Ports.free(servers * 3);
    String voters =
        IntStream.range(0, servers)
            .mapToObj(i -> (i + 1) + "@127.0.0.1:" + ports.get(i * 3 + 1))
            .collect(Collectors.joining(","));
    RealKafka kafka = new RealKafka(directory);
    try {
      for (int i = 0; i < servers; i++) {
        int port = ports.get(i * 3);
        Path home = Files.createDirectories(directory.resolve("node-" + (i + 1)));
        Properties server = properties(i + 1, servers, port, ports.get(i * 3 + 1), voters);
        server.setProperty("log.dirs", home.resolve("data").toString());
        server.putAll(overrides);
        Path file = home.resolve("server.properties");
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
          server.store(out, null);
        }
        FormatStorage.main(
            new String[] {
              file.toString(), clusterId.toString(), SERVICE_USER + "=" + password,
            });
        OptionalInt jmxPort = jmx ? OptionalInt.of(ports.get(i * 3 + 2)) : OptionalInt.empty();
        kafka.nodes.add(new Node(file, port, jmxPort, kafka.launch(file, jmxPort)));
      }
      kafka.awaitAll();
      return kafka;
    } catch (Throwable e) {
      kafka.nodes.forEach(node -> node.process.close());
      throw e;
    }
  }

  private CairnProcess launch(Path serverProperties, OptionalInt jmxPort) throws IOException {
    List<String> options = new ArrayList<>(List.of("-Xmx512m", "-Xss512k"));
    jmxPort.ifPresent(port ->
        options.addAll(
            List.of(
                "-Dcom.sun.management.jmxremote.port=" + port,
                "-Dcom.sun.management.jmxremote.rmi.port=" + port,
                "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                "-Djava.rmi.server.hostname=127.0.0.1",
                "-Dcom.sun.management.jmxremote.authenticate=false",
                "-Dcom.sun.management.jmxremote.ssl=false")));
    return CairnProcess.startClass(
        directory.resolve("logs"), "kafka.Kafka", options, List.of(serverProperties.toString()));
  }

  private static Properties properties(
      int id, int servers, int brokerPort, int controllerPort, String voters) {
    String copies = Integer.toString(servers);
    String inSync = Integer.toString(Math.max(1, servers - 1));
    Properties p = new Properties();
    p.setProperty("process.roles", "broker,controller");
    p.setProperty("node.id", Integer.toString(id));
    p.setProperty("controller.quorum.voters", voters);
    p.setProperty("controller.listener.names", "CONTROLLER");
    p.setProperty(
        "listeners",
        "BROKER://127.0.0.1:" + brokerPort + ",CONTROLLER://127.0.0.1:" + controllerPort);
    p.setProperty("advertised.listeners", "BROKER://127.0.0.1:" + brokerPort);
    p.setProperty("inter.broker.listener.name", "BROKER");
    p.setProperty(
        "listener.security.protocol.map", "BROKER:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT");
    p.setProperty("sasl.enabled.mechanisms", "SCRAM-SHA-256");
    p.setProperty("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-256");
    p.setProperty(
        "listener.name.broker.scram-sha-256.sasl.jaas.config", Jaas.scram(SERVICE_USER, PASSWORD));
    p.setProperty("sasl.mechanism.controller.protocol", "PLAIN");
    p.setProperty("listener.name.controller.sasl.enabled.mechanisms", "PLAIN");
    p.setProperty(
        "listener.name.controller.plain.sasl.jaas.config",
        Jaas.plainServer(SERVICE_USER, PASSWORD));
    p.setProperty("connections.max.reauth.ms", "60000");
    p.setProperty("authorizer.class.name", CairnAuthorizer.class.getName());
    p.setProperty("super.users", "User:" + SERVICE_USER);
    p.setProperty("broker.session.timeout.ms", "3000");
    p.setProperty("broker.heartbeat.interval.ms", "500");
    p.setProperty("auto.create.topics.enable", "false");
    p.setProperty("num.partitions", "1");
    p.setProperty("default.replication.factor", copies);
    p.setProperty("min.insync.replicas", inSync);
    p.setProperty("offsets.topic.replication.factor", copies);
    p.setProperty("offsets.topic.num.partitions", "4");
    p.setProperty("offsets.topic.compression.codec", "4");
    p.setProperty("transaction.state.log.replication.factor", copies);
    p.setProperty("transaction.state.log.min.isr", inSync);
    p.setProperty("transaction.state.log.num.partitions", "1");
    p.setProperty("share.coordinator.state.topic.replication.factor", copies);
    p.setProperty("share.coordinator.state.topic.min.isr", inSync);
    p.setProperty("group.initial.rebalance.delay.ms", "0");
    p.setProperty("log.cleanup.policy", "");
    p.setProperty("log.index.size.max.bytes", "8192");
    p.setProperty("log.segment.bytes", "1048576");
    return p;
  }

  private void awaitAll() throws Exception {
    Await.until(
        "all of " + nodes.size() + " Kafka servers are in their cluster and let the services in",
        START_LIMIT,
        () -> {
          for (Node node : nodes) {
            if (!node.process.process().isAlive()) {
              throw new AssertionError(
                  "a Kafka server ended:\n" + node.process.out() + "\n" + node.process.err());
            }
            if (!sees(node, nodes.size())) {
              return false;
            }
          }
          return true;
        });
  }

  /** Asks one server alone how many it knows; a client that was refused once is done for. */
  private boolean sees(Node node, int servers) throws InterruptedException {
    Map<String, Object> client = clientProperties();
    client.put("bootstrap.servers", "127.0.0.1:" + node.port);
    try (Admin admin = Admin.create(client)) {
      return admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).size() == servers;
    } catch (ExecutionException | TimeoutException notYet) {
      return false;
    }
  }

  /** {@code host:port} of every server. */
  public String bootstrapServers() {
    return nodes.stream().map(node -> "127.0.0.1:" + node.port).collect(Collectors.joining(","));
  }

  /** For clients that may do anything; a fresh map. */
  public Map<String, Object> clientProperties() {
    Map<String, Object> client = new HashMap<>();
    client.put("bootstrap.servers", bootstrapServers());
    client.put("security.protocol", "SASL_PLAINTEXT");
    client.put("sasl.mechanism", "SCRAM-SHA-256");
    client.put("sasl.jaas.config", Jaas.scram(SERVICE_USER, PASSWORD));
    return client;
  }

  /** Kafka's part of a {@code provider.properties}. */
  public Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", bootstrapServers());
    properties.setProperty("kafka.username", SERVICE_USER);
    properties.setProperty("kafka.password", PASSWORD);
    properties.setProperty("replication.factor", Integer.toString(nodes.size()));
    properties.setProperty("metadata.max.age.ms", "1000");
    return properties;
  }

  /** Where server {@code node} (from 0) answers JMX, if it was started with it. */
  public int jmxPort(int node) {
    return nodes.get(node).jmxPort.orElseThrow();
  }

  /** The process of server {@code node} (from 0). */
  public CairnProcess process(int node) {
    return nodes.get(node).process;
  }

  /** The {@code node.id} of server {@code node} (from 0). */
  public int id(int node) {
    return node + 1;
  }

  /** Sends SIGKILL to one server and waits until it is gone. */
  public void kill(int node) throws InterruptedException {
    nodes.get(node).process.kill();
  }

  /** Asks one server to end, which moves its leaders first. */
  public void stop(int node) {
    nodes.get(node).process.close();
  }

  /** Starts a stopped or killed server again; returns when all are back. */
  public void restart(int node) throws Exception {
    Node again = nodes.get(node);
    if (again.process.process().isAlive()) {
      throw new IllegalStateException("server " + node + " is running");
    }
    again.process = launch(again.properties, again.jmxPort);
    awaitAll();
  }

  @Override
  public void close() {
    // All at once: a last server would wait for a quorum that is gone.
    nodes.forEach(node -> node.process.process().destroy());
    nodes.forEach(node -> node.process.close());
  }
}
