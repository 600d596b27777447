package dev.cairn.config;

/** Options of a program that does not exist. */
enum SampleKey implements Key {
  NAME(Option.text("name").in("One").required().high("What it is called")),
  PORT(Option.integer("port").in("One").defaultsTo(80).between(1, 65_535).medium("Where | it is")),
  SIZE(Option.number("size.bytes").in("One").defaultsTo(1L << 40).atLeast(1).low("How large")),
  RATIO(Option.real("ratio").in("Two").defaultsTo(0.5).low("How much of it")),
  QUIET(Option.flag("quiet").in("Two").defaultsTo(false).low("Whether it says nothing")),
  CELLS(Option.list("cells").in("Two").defaultsTo("a").matching("[a-z]+", "letters").low("Which")),
  KIND(Option.text("kind").in("Two").oneOf("red", "green").low("Of which kind")),
  PASSWORD(Option.secret("pass.word").in("Two").low("What nobody sees"));

  @SuppressWarnings("ImmutableEnumChecker") // it is; its rule is of a type of Kafka's
  private final Option option;

  SampleKey(Option option) {
    this.option = option;
  }

  @Override
  public Option option() {
    return option;
  }
}
