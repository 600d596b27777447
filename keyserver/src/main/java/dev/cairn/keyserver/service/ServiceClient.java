package dev.cairn.keyserver.service;

import java.util.Optional;

/**
 * The recovery service over HTTP, one port for each party.
 *
 * <p>Guaranteed: no request but the one for its name is sent to a service that does not bear the
 * pinned name; every body is bounded, every answer has a deadline, and a request is sent twice only
 * where that changes nothing. Not guaranteed: that anything it answers is true. Thread-safe.
 */
public final class ServiceClient implements AutoCloseable {
  private final HttpTransport transport;
  private final ServiceRequests requests;
  private final RecoveryPort recovery;
  private final BundlePort bundles;
  private final CredentialsPort credentials;
  private final OwnerPort owner;
  private final RebasePort rebase;
  private final EnrolmentPort enrolment;

  /** Connects to nothing yet. */
  public ServiceClient(OwnerConfig config) {
    this.transport = new HttpTransport(config);
    this.requests = new ServiceRequests(config.serverName(), transport);
    this.recovery =
        new RecoveryClient(requests, new DirectReads(transport, ServiceRequests.DATA_TIMEOUT));
    this.bundles = new BundleClient(requests);
    this.credentials = new CredentialsClient(requests);
    this.owner = new OwnerClient(requests);
    this.rebase = new RebaseClient(requests);
    this.enrolment = new EnrolmentClient(requests);
  }

  /** For a new account. */
  public RegistrationPort registration() {
    return registration(Optional.empty());
  }

  /** For a new account at a provider that may ask for an invitation. */
  public RegistrationPort registration(Optional<InvitationCode> invitation) {
    return new RegistrationClient(requests, invitation);
  }

  /** For whoever knows the secret. */
  public RecoveryPort recovery() {
    return recovery;
  }

  /** For whoever has proven secret and possession, to renew the bundle. */
  public BundlePort bundles() {
    return bundles;
  }

  /** For the same, to change what opens the account. */
  public CredentialsPort credentials() {
    return credentials;
  }

  /** For a running keyserver. */
  public OwnerPort owner() {
    return owner;
  }

  /** For a keyserver that uploads its state anew. */
  public RebasePort rebase() {
    return rebase;
  }

  /** For a keyserver that makes lost secrets again. */
  public EnrolmentPort enrolment() {
    return enrolment;
  }

  @Override
  public void close() {
    transport.close();
  }
}
