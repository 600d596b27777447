package dev.cairn.keyserver.service;

/**
 * The recovery service over HTTP, one port for each party.
 *
 * <p>Guaranteed: no request but the one for its name is sent to a service that does not bear the
 * pinned name; every body is bounded, every answer has a deadline, and a request is sent twice only
 * where that changes nothing. Not guaranteed: that anything it answers is true. Thread-safe.
 */
public final class ServiceClient implements AutoCloseable {
  private final HttpTransport transport;
  private final RegistrationPort registration;
  private final RecoveryPort recovery;
  private final BundlePort bundles;
  private final OwnerPort owner;
  private final RebasePort rebase;

  /** Connects to nothing yet. */
  public ServiceClient(OwnerConfig config) {
    this.transport = new HttpTransport(config);
    ServiceRequests requests = new ServiceRequests(config.serverName(), transport);
    this.registration = new RegistrationClient(requests);
    this.recovery =
        new RecoveryClient(requests, new DirectReads(transport, ServiceRequests.DATA_TIMEOUT));
    this.bundles = new BundleClient(requests);
    this.owner = new OwnerClient(requests);
    this.rebase = new RebaseClient(requests);
  }

  /** For a new account. */
  public RegistrationPort registration() {
    return registration;
  }

  /** For whoever knows the secret. */
  public RecoveryPort recovery() {
    return recovery;
  }

  /** For whoever has proven secret and possession, to renew the bundle. */
  public BundlePort bundles() {
    return bundles;
  }

  /** For a running keyserver. */
  public OwnerPort owner() {
    return owner;
  }

  /** For a keyserver that uploads its state anew. */
  public RebasePort rebase() {
    return rebase;
  }

  @Override
  public void close() {
    transport.close();
  }
}
