package dev.cairn.cli.demo;

import dev.cairn.cli.local.LocalStack;
import dev.cairn.compactor.CompactorService;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.service.ServiceClient;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.recovery.RecoveryService;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The provider that the demo talks to: embedded, or the one of a configuration. */
final class Stack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Stack.class);

  private final OwnerConfig owner;
  private final ProviderConfig provider;
  private final String description;
  private final Deque<AutoCloseable> started;

  private Stack(
      OwnerConfig owner,
      ProviderConfig provider,
      String description,
      Deque<AutoCloseable> started) {
    this.owner = owner;
    this.provider = provider;
    this.description = description;
    this.started = started;
  }

  /** Kafka, S3, compactor and recovery service in this process. */
  static Stack embedded(Path directory) throws Exception {
    LocalStack stack = LocalStack.start(directory);
    Deque<AutoCloseable> started = new ArrayDeque<>();
    started.push(stack);
    return new Stack(
        OwnerConfig.read(stack.ownerProperties()),
        ProviderConfig.load(stack.providerProperties(), Map.of()),
        "a Kafka broker, an S3 server, compactor and recovery service in this process",
        started);
  }

  /** The given one; where its recovery service does not answer, the services are started here. */
  static Stack given(ProviderConfig provider) throws Exception {
    OwnerConfig owner = owner(provider, provider.servicePort());
    if (answers(owner)) {
      return new Stack(
          owner, provider, "the running services at " + owner.serviceUrl(), new ArrayDeque<>());
    }
    Deque<AutoCloseable> started = new ArrayDeque<>();
    RecoveryService recovery = RecoveryService.start(provider);
    started.push(recovery);
    started.push(CompactorService.start(provider));
    return new Stack(
        owner(provider, recovery.port()),
        provider,
        "Kafka at "
            + provider.bootstrapServers()
            + " and the given storage; compactor and recovery service in this process",
        started);
  }

  /** The given one, whose services run elsewhere; they must answer. */
  static Stack running(ProviderConfig provider, URI service) throws CairnException {
    OwnerConfig owner = new OwnerConfig(service, provider.serverName(), Optional.empty());
    try (ServiceClient client = new ServiceClient(owner)) {
      client.recovery().server();
    }
    return new Stack(
        owner, provider, "the running services at " + owner.serviceUrl(), new ArrayDeque<>());
  }

  private static OwnerConfig owner(ProviderConfig provider, int port) {
    String host =
        switch (provider.serviceHost()) {
          case "0.0.0.0", "::" -> "127.0.0.1";
          default -> provider.serviceHost();
        };
    return new OwnerConfig(
        URI.create("http://" + host + ":" + port), provider.serverName(), Optional.empty());
  }

  private static boolean answers(OwnerConfig owner) throws CairnException {
    if (owner.serviceUrl().getPort() == 0) {
      return false;
    }
    try (ServiceClient client = new ServiceClient(owner)) {
      client.recovery().server();
      return true;
    } catch (UnavailableException e) {
      return false;
    }
  }

  OwnerConfig owner() {
    return owner;
  }

  ProviderConfig provider() {
    return provider;
  }

  String description() {
    return description;
  }

  /** Stops what was started here; what does not stop is left to the end of the process. */
  @Override
  public void close() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        LOG.warn("A part of the stack does not stop", e);
      }
    }
  }
}
