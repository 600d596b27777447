package dev.cairn.provider.registry;

import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.schemas.registry.HttpSchemaRegistryClient;
import dev.cairn.schemas.registry.RegisteredSchemas;
import dev.cairn.schemas.registry.RegistryConfig;
import dev.cairn.schemas.registry.RegistryException;
import dev.cairn.schemas.registry.RegistryRefusedException;
import dev.cairn.schemas.registry.RegistryUnavailableException;
import dev.cairn.schemas.wire.SchemaIds;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's schemas at the registry, where one is configured: registered or checked at its start.
 *
 * <p>Nothing waits for a registry. One that does not answer is asked again in the background, and
 * until then records carry the built-in ids, which every reader of ours knows. One that answers no
 * at the start ends the start: then somebody must look at it.
 *
 * <p>Thread-safe. {@link #close} ends the asking.
 */
public final class ServiceSchemas implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceSchemas.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final SchemaIds ids = SchemaIds.learning(Map.of());
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile RegistryState state = RegistryState.NONE;
  private @Nullable Thread asking;

  private ServiceSchemas() {}

  /**
   * Registers or checks the schemas, or sees to it that this happens later.
   *
   * @throws IOException when the registry refuses a schema or us, or when its TLS files cannot be
   *     used
   */
  public static ServiceSchemas start(ProviderConfig config) throws IOException {
    return start(config, FIRST_PAUSE, LONGEST_PAUSE);
  }

  /** With other pauses between questions; they double from the first to the longest. */
  static ServiceSchemas start(ProviderConfig config, Duration firstPause, Duration longestPause)
      throws IOException {
    ServiceSchemas schemas = new ServiceSchemas();
    Optional<RegistryConfig> registry = config.registry();
    if (registry.isPresent()) {
      try {
        schemas.ask(registry.get());
      } catch (RegistryUnavailableException e) {
        schemas.state = RegistryState.UNREACHABLE;
        LOG.warn(
            "{}; records are written with built-in ids, which tools cannot look up, until it answers."
                + " Backup and recovery go on without it",
            e.getMessage());
        schemas.askAgain(registry.get(), firstPause, longestPause);
      } catch (RegistryRefusedException e) {
        throw new IOException(e.getMessage() + ". Nothing was changed.", e);
      } catch (RegistryException e) {
        throw new IOException(e);
      } catch (IllegalArgumentException e) {
        throw new IOException(String.valueOf(e.getMessage()), e);
      }
    }
    return schemas;
  }

  /** The ids that the registry gave our schemas, for a command that is soon done; never fails. */
  public static SchemaIds lookUp(ProviderConfig config) {
    if (config.registry().isEmpty()) {
      return SchemaIds.builtIn();
    }
    try (HttpSchemaRegistryClient client = new HttpSchemaRegistryClient(config.registry().get())) {
      return SchemaIds.ofSubjects(RegisteredSchemas.resolve(client, false));
    } catch (RegistryException | IllegalArgumentException e) {
      LOG.debug("the schema registry gives no ids", e);
      return SchemaIds.builtIn();
    }
  }

  /** The ids to write, which change when the registry answers later. */
  public SchemaIds ids() {
    return ids;
  }

  /** How it stands now; for health and metrics. */
  public RegistryState state() {
    return state;
  }

  private void ask(RegistryConfig registry) throws RegistryException {
    try (HttpSchemaRegistryClient client = new HttpSchemaRegistryClient(registry)) {
      ids.learn(RegisteredSchemas.resolve(client, registry.autoRegister()));
      state = RegistryState.KNOWN;
    }
  }

  private void askAgain(RegistryConfig registry, Duration firstPause, Duration longestPause) {
    asking =
        Thread.ofPlatform()
            .name("cairn-schema-registry")
            .daemon(true)
            .start(() -> {
              Duration pause = firstPause;
              try {
                while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                  if (answers(registry)) {
                    return;
                  }
                  Duration doubled = pause.multipliedBy(2);
                  pause = doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private boolean answers(RegistryConfig registry) {
    try {
      ask(registry);
      LOG.info("the schema registry answers; records are written with its ids from now on");
      return true;
    } catch (RegistryUnavailableException e) {
      state = RegistryState.UNREACHABLE;
      LOG.warn("{}; records are still written with built-in ids", e.getMessage());
    } catch (RegistryException e) {
      state = RegistryState.REFUSED;
      LOG.error(
          "{}. Records are still written with built-in ids; backup and recovery go on. Correct it at"
              + " the registry, or in the configuration and start again",
          e.getMessage());
    }
    return false;
  }

  @Override
  public void close() {
    closing.countDown();
    Thread thread = asking;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
