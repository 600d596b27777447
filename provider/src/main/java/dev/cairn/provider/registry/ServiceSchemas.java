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
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The schema ids that a service writes, found once at its start. */
public final class ServiceSchemas {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceSchemas.class);

  private ServiceSchemas() {}

  /**
   * The ids that the configured registry gives our schemas, or the built-in ones where there is no
   * registry. One that does not answer stops nothing: every reader knows the built-in ids.
   *
   * @throws IOException when the registry refuses a schema: then somebody must look at it
   */
  public static SchemaIds resolve(ProviderConfig config) throws IOException {
    Optional<RegistryConfig> registry = config.registry();
    if (registry.isEmpty()) {
      return SchemaIds.builtIn();
    }
    try (HttpSchemaRegistryClient client = new HttpSchemaRegistryClient(registry.get())) {
      return RegisteredSchemas.resolve(client, registry.get().autoRegister());
    } catch (RegistryException e) {
      return switch (e) {
        case RegistryUnavailableException unavailable -> {
          LOG.warn("{}; records are written with built-in ids", unavailable.getMessage());
          yield SchemaIds.builtIn();
        }
        case RegistryRefusedException refused ->
            throw new IOException(refused.getMessage() + ". Nothing was changed.", refused);
      };
    } catch (IllegalArgumentException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }
}
