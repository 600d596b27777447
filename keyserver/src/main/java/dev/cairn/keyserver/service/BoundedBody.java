package dev.cairn.keyserver.service;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects a body up to a limit; one that is longer fails instead of filling the memory. */
final class BoundedBody implements BodySubscriber<byte[]> {
  /** The body is longer than anything that may come here. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(int limit) {
      super("the answer is longer than " + limit + " bytes");
    }
  }

  private static final int FIRST_ROOM = 8 * 1024;

  private final int limit;
  private final ByteArrayOutputStream collected;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;

  BoundedBody(int limit) {
    this.limit = limit;
    this.collected = new ByteArrayOutputStream(Math.min(limit, FIRST_ROOM));
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> parts) {
    for (ByteBuffer part : parts) {
      if (part.remaining() > limit - collected.size()) {
        Flow.Subscription current = subscription;
        if (current != null) {
          current.cancel();
        }
        body.completeExceptionally(new TooLongException(limit));
        return;
      }
      byte[] copy = new byte[part.remaining()];
      part.get(copy);
      collected.write(copy, 0, copy.length);
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.complete(collected.toByteArray());
  }
}
