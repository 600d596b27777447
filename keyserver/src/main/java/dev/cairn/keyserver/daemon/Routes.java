package dev.cairn.keyserver.daemon;

import dev.cairn.crypto.ValueKind;
import dev.cairn.keyserver.CommitPosition;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.Receipt;
import dev.cairn.keyserver.StatusJson;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.TransactionFeed;
import dev.cairn.keyserver.TransactionJson;
import dev.cairn.keyserver.TransactionLines;
import dev.cairn.keyserver.TransactionLines.LongLines;
import dev.cairn.keyserver.api.CompactionAsked;
import dev.cairn.keyserver.api.Drained;
import dev.cairn.keyserver.api.Identity;
import dev.cairn.keyserver.api.LocalErrors;
import dev.cairn.keyserver.api.LocalPaths;
import dev.cairn.keyserver.api.Readiness;
import dev.cairn.keyserver.api.Transacted;
import dev.cairn.keyserver.api.TransactedMany;
import dev.cairn.keyserver.error.AbsentException;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.publish.CompactionWait;
import dev.cairn.metrics.Telemetry;
import dev.cairn.schemas.http.HttpJson;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every route of the interface and what it does. The OpenAPI document describes the same ones. */
final class Routes {
  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration COMPACTION = Duration.ofMinutes(2);
  private static final Duration TURN = Duration.ofSeconds(30);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";
  private static final int BUFFER = 1 << 16;

  /** Half of the readers that the store has, so that one is always left for a single value. */
  private static final int STREAMS = 2;

  private static final int SUBSCRIBERS = 32;

  private final Keyserver keyserver;
  private final ReadinessProbe readiness;
  private final Telemetry telemetry;
  private final BooleanSupplier stopping;
  private final LongLineTurns longLines = new LongLineTurns(TURN);
  private final Semaphore streams = new Semaphore(STREAMS, true);
  private final Semaphore subscribers = new Semaphore(SUBSCRIBERS);
  private final long maxLine = TransactionLines.defaultMaxLine();

  Routes(
      Keyserver keyserver,
      ReadinessProbe readiness,
      Telemetry telemetry,
      BooleanSupplier stopping) {
    this.keyserver = keyserver;
    this.readiness = readiness;
    this.telemetry = telemetry;
    this.stopping = stopping;
  }

  List<Route> all() {
    return List.of(
        open(LocalPaths.HEALTH, this::health),
        open(LocalPaths.READY, this::ready),
        open(LocalPaths.OPENAPI, this::openApi),
        get(LocalPaths.METRICS, this::metrics),
        get(LocalPaths.IDENTITY, this::identity),
        get(LocalPaths.OBJECT, this::object),
        get(LocalPaths.OBJECTS, this::objects),
        get(LocalPaths.EXPORT, this::export),
        get(LocalPaths.UNBACKED, this::unbacked),
        get(LocalPaths.STATUS, this::status),
        get(LocalPaths.RECEIPTS, this::receipts),
        post(LocalPaths.TRANSACT, this::transact),
        post(LocalPaths.TRANSACTIONS, this::transactions),
        post(LocalPaths.DRAIN, this::drain),
        post(LocalPaths.COMPACT, this::compact));
  }

  private static Route open(String path, Route.Action action) {
    return new Route(HandlerType.GET, path, true, action);
  }

  private static Route get(String path, Route.Action action) {
    return new Route(HandlerType.GET, path, false, action);
  }

  private static Route post(String path, Route.Action action) {
    return new Route(HandlerType.POST, path, false, action);
  }

  // ---- how it is

  private void health(Context context, Query query) throws Refusal {
    query.only();
    Optional<CairnException> failure = keyserver.failure();
    if (failure.isPresent()) {
      throw Refusal.of(failure.get(), Map.of());
    }
    context.contentType("text/plain").result("ok\n");
  }

  private void ready(Context context, Query query) throws Exception {
    query.only();
    Readiness now = readiness.look();
    json(context, now);
    context.status(now.accepting() ? 200 : 503);
  }

  private void metrics(Context context, Query query) throws Exception {
    query.only();
    context.contentType(Telemetry.CONTENT_TYPE).result(telemetry.scrape());
  }

  private void openApi(Context context, Query query) throws Exception {
    query.only();
    context.contentType(JSON).result(OpenApiDocument.read());
  }

  private void identity(Context context, Query query) throws Exception {
    query.only();
    HomeIdentity identity = keyserver.identity();
    json(
        context,
        new Identity(
            identity.userId().value(),
            identity.username(),
            identity.epoch(),
            identity.keyVersion(),
            identity.readOnly()));
  }

  private void status(Context context, Query query) throws Exception {
    boolean local = query.only("local").flag("local");
    KeyserverStatus status = local ? keyserver.localStatus() : askedStatus();
    context.contentType(JSON).result(StatusJson.format(status).toString());
  }

  /** With what the provider says, also of who may write: a publisher that is idle does not know. */
  private KeyserverStatus askedStatus() {
    KeyserverStatus status = keyserver.status();
    if (status.fenced() || status.log().isEmpty()) {
      return status;
    }
    try {
      confirmWriter();
      return status;
    } catch (FencedException e) {
      return status.asFenced();
    }
  }

  private void receipts(Context context, Query query) throws Exception {
    query.only();
    if (!subscribers.tryAcquire()) {
      throw Refusal.tooMany("subscribers");
    }
    try {
      context.contentType("text/event-stream").header("Cache-Control", "no-store");
      new ProgressStream(keyserver, stopping, HEARTBEAT).writeTo(context.res().getOutputStream());
    } catch (IOException e) {
      LOG.debug("A subscriber has gone", e);
    } finally {
      subscribers.release();
    }
  }

  /** Waits a moment until the subscribers have been told that it stops. */
  void awaitSubscribers(Duration patience) {
    try {
      if (subscribers.tryAcquire(SUBSCRIBERS, patience.toMillis(), TimeUnit.MILLISECONDS)) {
        subscribers.release(SUBSCRIBERS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- reading

  private void object(Context context, Query query) throws Refusal {
    query.only("collection", "id");
    String collection = query.required("collection");
    String id = query.required("id");
    Value value =
        keyserver
            .get(collection, id)
            .orElseThrow(() ->
                new AbsentException(
                    "There is no object '" + id + "' in collection '" + collection + "'"));
    context
        .contentType(value.kind() == ValueKind.JSON ? JSON : "application/octet-stream")
        .result(value.content().toByteArray());
  }

  private void objects(Context context, Query query) throws Exception {
    Optional<String> collection = query.only("collection").text("collection");
    lines(
        context,
        line -> keyserver.list(collection, name -> line.accept(TransactionJson.format(name))));
  }

  private void export(Context context, Query query) throws Exception {
    query.only();
    lines(context, line -> keyserver.export(object -> line.accept(TransactionJson.format(object))));
  }

  private void unbacked(Context context, Query query) throws Exception {
    query.only();
    lines(
        context,
        line ->
            keyserver.exportUnbacked(
                transaction -> line.accept(TransactionJson.format(transaction))));
  }

  /** Streams lines; an answer that cannot be finished is cut, so that it never ends cleanly. */
  private void lines(Context context, Consumer<Consumer<String>> source) throws Exception {
    if (!streams.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
      throw Refusal.tooMany("lists and exports under way");
    }
    try {
      context.contentType(LINES);
      OutputStream out = new BufferedOutputStream(context.res().getOutputStream(), BUFFER);
      source.accept(line -> {
        try {
          out.write(line.getBytes(StandardCharsets.UTF_8));
          out.write('\n');
        } catch (IOException e) {
          throw new UncheckedIOException("The reader has gone", e);
        }
      });
      out.flush();
    } finally {
      streams.release();
    }
  }

  // ---- writing

  private enum Wait {
    DURABLE,
    BACKED_UP
  }

  private static Wait wait(Query query) throws Refusal {
    return switch (query.text("wait").orElse("durable")) {
      case "durable" -> Wait.DURABLE;
      case "backedUp" -> Wait.BACKED_UP;
      default -> throw Refusal.malformed("The parameter wait is durable or backedUp");
    };
  }

  private void requireFitting(Context context) throws Refusal {
    if (context.req().getContentLengthLong() > maxLine) {
      throw Refusal.tooLarge(maxLine);
    }
  }

  private void requireRunning() throws Refusal {
    if (stopping.getAsBoolean()) {
      throw Refusal.stopping();
    }
  }

  private void transact(Context context, Query query) throws Exception {
    Wait wait = wait(query.only("wait", "timeoutMillis"));
    Duration timeout = query.milliseconds("timeoutMillis", TIMEOUT);
    requireRunning();
    requireFitting(context);
    LongLines turn = longLines.forRequest();
    Receipt receipt;
    try {
      Transaction transaction =
          TransactionJson.parse(Bodies.text(context.bodyInputStream(), maxLine, turn));
      receipt = keyserver.transact(transaction);
    } catch (UnavailableException e) {
      requireRunning();
      throw e;
    } finally {
      turn.end();
    }
    CommitPosition position = durable(receipt);
    if (wait == Wait.BACKED_UP) {
      backedUp(receipt, position, timeout);
    }
    json(
        context,
        new Transacted(
            position.epoch(), position.index(), position.sequence(), wait == Wait.BACKED_UP));
  }

  private static CommitPosition durable(Receipt receipt) throws InterruptedException {
    try {
      return receipt.durable().get();
    } catch (ExecutionException e) {
      throw known(e);
    }
  }

  private void backedUp(Receipt receipt, CommitPosition position, Duration timeout)
      throws Refusal, InterruptedException {
    Map<String, String> durable =
        Map.of(LocalErrors.DURABLE_SEQUENCE, Long.toString(position.sequence()));
    CompletableFuture<CommitPosition> backedUp = receipt.backedUp();
    try {
      backedUp.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw Refusal.of(
          new UnavailableException(
              "The transaction is durable here and was not backed up within "
                  + timeout.toMillis()
                  + " ms; it stays queued: do not send it again"
                  + keyserver.trouble().map(why -> " (" + why + ")").orElse(""),
              e),
          durable);
    } catch (ExecutionException e) {
      CairnException cause = known(e);
      throw cause instanceof UnavailableException && stopping.getAsBoolean()
          ? Refusal.stopping(durable)
          : Refusal.of(cause, durable);
    }
  }

  private static CairnException known(ExecutionException e) {
    if (e.getCause() instanceof CairnException known) {
      return known;
    }
    throw new IllegalStateException("A transaction failed unexpectedly", e);
  }

  private void transactions(Context context, Query query) throws Exception {
    Wait wait = wait(query.only("wait", "timeoutMillis"));
    Duration timeout = query.milliseconds("timeoutMillis", TIMEOUT);
    requireRunning();
    // Nothing is closed here: the rest of a refused stream is passed over first.
    TransactionLines lines =
        new TransactionLines(context.bodyInputStream(), maxLine, longLines.forRequest());
    Optional<TransactionFeed.Refusal> refused;
    try {
      refused = TransactionFeed.feed(lines, this::submit);
    } finally {
      lines.endLongLine();
    }
    if (refused.isPresent()) {
      Bodies.passOver(context.req().getInputStream());
      context.header("Connection", "close");
    }
    boolean some = lines.number() > (refused.isPresent() ? 1 : 0);
    if (wait == Wait.BACKED_UP && some) {
      drainBefore(timeout, refused);
    }
    if (refused.isPresent()) {
      throw refusal(refused.get());
    }
    KeyserverStatus now = keyserver.localStatus();
    json(context, new TransactedMany(lines.number(), now.sequence(), now.backedUpSequence()));
  }

  private Receipt submit(Transaction transaction) {
    if (stopping.getAsBoolean()) {
      throw new UnavailableException("The keyserver is stopping");
    }
    return keyserver.transact(transaction);
  }

  private void drainBefore(Duration timeout, Optional<TransactionFeed.Refusal> refused)
      throws InterruptedException {
    try {
      keyserver.drain(timeout);
    } catch (UnavailableException e) {
      throw refused.isEmpty()
          ? e
          : new UnavailableException(
              e.getMessage()
                  + ". Besides, line "
                  + refused.get().line()
                  + " was not taken, nor were those after it: "
                  + refused.get().cause().getMessage(),
              e);
    }
  }

  private Refusal refusal(TransactionFeed.Refusal refused) {
    Map<String, String> details = Map.of(LocalErrors.LINE, Long.toString(refused.line()));
    return refused.cause() instanceof UnavailableException && stopping.getAsBoolean()
        ? Refusal.stopping(details)
        : Refusal.of(refused.cause(), details);
  }

  private void drain(Context context, Query query) throws Exception {
    boolean confirm = query.only("timeoutMillis", "confirmWriter").flag("confirmWriter");
    keyserver.drain(query.milliseconds("timeoutMillis", TIMEOUT));
    if (confirm) {
      confirmWriter();
    }
    KeyserverStatus now = keyserver.localStatus();
    json(context, new Drained(now.sequence(), now.backedUpSequence()));
  }

  /** With nothing queued nothing was sent, and so nobody has said yet that this one is fenced. */
  private void confirmWriter() {
    try {
      keyserver.requireWriter();
    } catch (UnavailableException e) {
      LOG.debug("The service does not say who writes", e);
    }
  }

  private void compact(Context context, Query query) throws Exception {
    boolean wait = query.only("wait", "timeoutMillis").flag("wait");
    Duration timeout = query.milliseconds("timeoutMillis", COMPACTION);
    CompactionWait.Outcome outcome =
        keyserver.compact(wait ? Optional.of(timeout) : Optional.empty());
    json(context, new CompactionAsked(outcome.jobId(), outcome.snapshot()));
  }

  private static void json(Context context, Object message) throws IOException {
    context.contentType(JSON).result(HttpJson.strict().writeValueAsBytes(message));
  }
}
