package dev.cairn.recovery.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;

/** One route: method, path with {@code {parameters}}, and what answers it. */
record Route(HandlerType method, String path, Action action) {
  /** Answers; what it throws becomes an error answer. */
  @FunctionalInterface
  interface Action {
    void answer(Context context, Request request) throws Exception;
  }
}
