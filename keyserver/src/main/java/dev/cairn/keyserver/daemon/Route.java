package dev.cairn.keyserver.daemon;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;

/**
 * One route.
 *
 * @param open whether it is answered without the token
 */
record Route(HandlerType method, String path, boolean open, Action action) {
  /** Answers; what it throws becomes an error answer. */
  @FunctionalInterface
  interface Action {
    void answer(Context context, Query query) throws Exception;
  }
}
