package dev.cairn.cli.demo;

import dev.cairn.cli.output.Streams;

/** Tells the story: numbered steps and their figures, in colour where a person looks. */
final class Narrator {
  private static final String BOLD = "\u001b[1m";
  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final Streams streams;
  private final boolean colour;
  private int step;

  Narrator(Streams streams) {
    this.streams = streams;
    this.colour = streams.terminalOut() && System.getenv("NO_COLOR") == null;
  }

  void step(String what) {
    step++;
    say("");
    say(in(BOLD, step + "  " + what));
  }

  void figure(String text) {
    say("   " + text);
  }

  void aside(String text) {
    say("   " + in(DIM, text));
  }

  void verdict(boolean good, String text) {
    say("");
    say(in(good ? GREEN : RED, text));
  }

  private String in(String style, String text) {
    return colour ? style + text + PLAIN : text;
  }

  private void say(String line) {
    streams.line(line);
    streams.out().flush();
  }
}
