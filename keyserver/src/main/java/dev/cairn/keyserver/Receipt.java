package dev.cairn.keyserver;

import java.util.concurrent.CompletableFuture;

/**
 * What {@link Keyserver#transact} gives at once.
 *
 * <table>
 * <caption>What each completion promises</caption>
 * <tr><th>future</th><th>completes when</th><th>survives</th></tr>
 * <tr><td>{@code durable}</td><td>the transaction is on this machine's disk; reads see it</td><td>a crash of the
 * machine; not its loss</td></tr>
 * <tr><td>{@code backedUp}</td><td>Kafka has acknowledged it and every transaction before it</td><td>the loss of the
 * machine</td></tr>
 * </table>
 *
 * <p>{@code backedUp} fails with {@link dev.cairn.keyserver.error.FencedException} when another
 * keyserver has taken the log over, and with {@link dev.cairn.keyserver.error.UnavailableException}
 * when the keyserver closes first: the transaction then stays queued on disk and is sent when the
 * home is opened again. Callbacks run on the keyserver's own threads and must not block; use the
 * {@code …Async} methods for more.
 */
public record Receipt(
    CompletableFuture<CommitPosition> durable, CompletableFuture<CommitPosition> backedUp) {}
