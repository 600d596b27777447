package dev.cairn.e2e.simulation;

/**
 * Ends the threads of a simulated machine wherever they are. An error, so that nobody handles it.
 */
final class MachineDeath extends Error {
  private static final long serialVersionUID = 1L;

  MachineDeath() {
    super("this machine is dead", null, false, false);
  }
}
