package dev.cairn.crypto.opaque;

/**
 * The server's answer to KE1, and what it must remember until KE3 comes. {@link #close()} closes
 * the state.
 */
public final class ServerLogin implements AutoCloseable {
  private final KE2 ke2;
  private final LoginState state;

  ServerLogin(KE2 ke2, LoginState state) {
    this.ke2 = ke2;
    this.state = state;
  }

  /** The message to the client. */
  public KE2 ke2() {
    return ke2;
  }

  /** Secret; serves one finish. */
  public LoginState state() {
    return state;
  }

  @Override
  public void close() {
    state.close();
  }

  @Override
  public String toString() {
    return "ServerLogin";
  }
}
