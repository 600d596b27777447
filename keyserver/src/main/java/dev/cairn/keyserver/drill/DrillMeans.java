package dev.cairn.keyserver.drill;

/**
 * How a drill comes to the backup.
 *
 * <table>
 * <caption>what each proves</caption>
 * <tr><th>means</th><th>proven</th><th>not tried</th></tr>
 * <tr><td>{@link #PASSWORD}</td><td>everything that an owner with nothing but name and password needs: login,
 * bundle, possession, snapshot, log</td><td>the takeover</td></tr>
 * <tr><td>{@link #SIGNATURE}</td><td>snapshot and log open under this keyserver's own backup key and are its
 * state</td><td>login, bundle, possession, takeover</td></tr>
 * </table>
 */
public enum DrillMeans {
  PASSWORD,
  SIGNATURE
}
