package dev.cairn.keyserver.recover;

import dev.cairn.keyserver.service.BundlePort;
import dev.cairn.keyserver.service.CredentialsPort;
import dev.cairn.keyserver.service.RecoveryPort;
import dev.cairn.keyserver.service.ServiceClient;

/**
 * The service, as whoever changes what opens an account speaks to it.
 *
 * @param recovery whoever knows the secret
 * @param bundles renewing the bundle
 * @param credentials changing secrets
 */
public record AccountPorts(RecoveryPort recovery, BundlePort bundles, CredentialsPort credentials) {
  /** Over HTTP. */
  public static AccountPorts of(ServiceClient client) {
    return new AccountPorts(client.recovery(), client.bundles(), client.credentials());
  }
}
