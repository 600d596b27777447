package dev.cairn.cli.local;

import dev.cairn.broker.CairnAuthorizer;
import dev.cairn.provider.config.Jaas;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka broker with its controller (KRaft) in this process, on loopback, with SCRAM and {@link
 * CairnAuthorizer}. At most one in a process: brokers share their metrics' names.
 */
public final class EmbeddedKafka implements AutoCloseable {
  /** The services' principal: everything is allowed to it. */
  public static final String SERVICE_USER = "cairn-services";

  private static final Duration LOGIN_LIMIT = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);

  private final KafkaRaftServer server;
  private final int port;

  private EmbeddedKafka(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /** Formats the directory where that was not done, and starts. */
  public static EmbeddedKafka start(
      Path directory, int brokerPort, int controllerPort, String clusterId, String servicePassword)
      throws LocalStackException {
    FreePorts.requireFree("the Kafka broker", brokerPort);
    FreePorts.requireFree("the Kafka controller", controllerPort);
    // A fatal error inside the broker halts the process: what it acknowledged is on disk, and an
    // embedded stack without its broker is of no use. It says so first.
    Exit.setExitProcedure((code, message) -> end(code, message));
    Exit.setHaltProcedure((code, message) -> end(code, message));
    try {
      if (isEmptyOrAbsent(directory)) {
        format(directory, clusterId, servicePassword);
      }
      KafkaConfig config =
          new KafkaConfig(
              properties(directory, brokerPort, controllerPort, servicePassword), false);
      KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
      try {
        server.startup();
      } catch (RuntimeException | Error e) {
        server.shutdown();
        throw e;
      }
      EmbeddedKafka kafka = new EmbeddedKafka(server, brokerPort);
      try {
        kafka.awaitLogin(servicePassword);
      } catch (LocalStackException | InterruptedException | RuntimeException e) {
        kafka.close();
        throw e;
      }
      return kafka;
    } catch (LocalStackException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while the embedded Kafka broker started", e);
    } catch (Exception e) { // Formatter.run and Scala code throw what they like
      throw new LocalStackException(
          "the embedded Kafka broker did not start; its data in "
              + directory
              + " is untouched: "
              + e,
          e);
    }
  }

  /** Waits until the services' principal gets in and the cluster has its broker. */
  private void awaitLogin(String servicePassword) throws LocalStackException, InterruptedException {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers",
            bootstrapServers(),
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "SCRAM-SHA-256",
            "sasl.jaas.config",
            Jaas.scram(SERVICE_USER, servicePassword));
    long deadline = System.nanoTime() + LOGIN_LIMIT.toNanos();
    while (true) {
      // A client that was refused once is done for: each attempt takes a new one.
      try (Admin admin = Admin.create(client)) {
        if (!admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).isEmpty()) {
          return;
        }
        if (System.nanoTime() > deadline) {
          throw new LocalStackException(
              "the embedded Kafka broker started, but is in no cluster; its data is untouched");
        }
      } catch (ExecutionException | TimeoutException e) {
        LOG.debug("the embedded Kafka broker does not let its services in yet", e);
        if (System.nanoTime() > deadline) {
          throw new LocalStackException(
              "the embedded Kafka broker started, but does not let its services in; its data is"
                  + " untouched: "
                  + e.getMessage(),
              e);
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private static boolean isEmptyOrAbsent(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return true;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  private static void end(int code, String message) {
    LOG.error("the embedded Kafka broker gave up: {}", message);
    Runtime.getRuntime().halt(code == 0 ? 1 : code);
  }

  // Beside its place and then moved: a kill in the middle must not leave a directory that looks
  // formatted and lacks the services' credentials.
  private static void format(Path directory, String clusterId, String servicePassword)
      throws Exception {
    Path fresh = directory.resolveSibling(directory.getFileName() + ".new");
    PrivateFiles.deleteTree(fresh);
    PrivateFiles.createDirectories(fresh);
    new Formatter()
        .setNodeId(1)
        .setClusterId(clusterId)
        .setDirectories(List.of(fresh.toString()))
        .setMetadataLogDirectory(fresh.toString())
        .setControllerListenerName("CONTROLLER")
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setScramArguments(
            List.of("SCRAM-SHA-256=[name=" + SERVICE_USER + ",password=" + servicePassword + "]"))
        .run();
    PrivateFiles.moveTree(fresh, directory);
  }

  private static Properties properties(
      Path directory, int brokerPort, int controllerPort, String servicePassword) {
    Properties p = new Properties();
    p.setProperty("process.roles", "broker,controller");
    p.setProperty("node.id", "1");
    p.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
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
        "listener.name.broker.scram-sha-256.sasl.jaas.config",
        Jaas.scram(SERVICE_USER, servicePassword));
    // The controller's credentials cannot come from the metadata log that it is about to read, and
    // whoever reaches it may do anything: not even other users of this machine get in without.
    p.setProperty("sasl.mechanism.controller.protocol", "PLAIN");
    p.setProperty("listener.name.controller.sasl.enabled.mechanisms", "PLAIN");
    p.setProperty(
        "listener.name.controller.plain.sasl.jaas.config",
        Jaas.plainServer(SERVICE_USER, servicePassword));
    // Credentials that were deleted end live connections, too.
    p.setProperty("connections.max.reauth.ms", "60000");
    p.setProperty("authorizer.class.name", CairnAuthorizer.class.getName());
    p.setProperty("super.users", "User:" + SERVICE_USER);
    p.setProperty("log.dirs", directory.toString());
    // After a kill the controller, which knows the broker's former incarnation, lets the new one in
    // only when this has passed; the default makes each such start nine seconds longer.
    p.setProperty("broker.session.timeout.ms", "3000");
    p.setProperty("broker.heartbeat.interval.ms", "500");
    p.setProperty("auto.create.topics.enable", "false");
    p.setProperty("num.partitions", "1");
    p.setProperty("default.replication.factor", "1");
    p.setProperty("min.insync.replicas", "1");
    p.setProperty("offsets.topic.replication.factor", "1");
    p.setProperty("offsets.topic.num.partitions", "4");
    p.setProperty("offsets.topic.compression.codec", "4");
    p.setProperty("transaction.state.log.replication.factor", "1");
    p.setProperty("transaction.state.log.min.isr", "1");
    p.setProperty("transaction.state.log.num.partitions", "1");
    p.setProperty("share.coordinator.state.topic.replication.factor", "1");
    p.setProperty("share.coordinator.state.topic.min.isr", "1");
    p.setProperty("group.initial.rebalance.delay.ms", "0");
    // Made for many small topics: each costs two memory maps and its indexes' address space.
    p.setProperty("log.cleanup.policy", "");
    p.setProperty("log.index.size.max.bytes", "8192");
    p.setProperty("log.segment.bytes", "1048576");
    p.setProperty("log.retention.check.interval.ms", "60000");
    p.setProperty("message.max.bytes", "1048588");
    p.setProperty("controlled.shutdown.enable", "true");
    return p;
  }

  /** {@code host:port} for clients. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
