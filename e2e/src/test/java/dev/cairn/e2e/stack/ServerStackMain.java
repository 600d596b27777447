package dev.cairn.e2e.stack;

import dev.cairn.cli.local.ServerStack;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Kafka and S3 alone, until killed; says when they answer. */
public final class ServerStackMain {
  static final String READY = "ready";

  private ServerStackMain() {}

  public static void main(String[] arguments) throws Exception {
    try (ServerStack stack = ServerStack.start(Path.of(arguments[0]))) {
      System.out.println(READY + " " + stack.bootstrapServers());
      new CountDownLatch(1).await();
    }
  }
}
