package dev.cairn.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes the reference of a definition as Markdown. */
public final class Reference {
  private Reference() {}

  /** One table for each group of options, then what may not be handed on to Kafka's clients. */
  public static String markdown(Definition definition) {
    StringBuilder text = new StringBuilder();
    Map<String, List<Option>> groups =
        definition.keys().stream()
            .map(Key::option)
            .collect(Collectors.groupingBy(Option::group, LinkedHashMap::new, Collectors.toList()));
    groups.forEach((group, options) -> {
      text.append("### ").append(group).append("\n\n");
      text.append("| option | type | default | valid | importance | environment |\n");
      text.append("|---|---|---|---|---|---|\n");
      options.forEach(option -> row(text, definition, option));
      text.append('\n');
    });
    if (!definition.passThroughs().isEmpty()) {
      handedOn(text, definition);
    }
    return text.toString();
  }

  private static void row(StringBuilder text, Definition definition, Option option) {
    String byDefault =
        option.isRequired()
            ? "**required**"
            : option.defaultText().isEmpty() ? "" : code(option.defaultText());
    text.append("| ")
        .append(code(option.name()))
        .append("<br>")
        .append(cell(option.documentation()))
        .append(" | ")
        .append(option.type().name().toLowerCase(Locale.ROOT))
        .append(" | ")
        .append(byDefault)
        .append(" | ")
        .append(cell(option.validText()))
        .append(" | ")
        .append(option.importance().name().toLowerCase(Locale.ROOT))
        .append(" | ")
        .append(code(definition.environment().variable(option.name())))
        .append(" |\n");
  }

  private static void handedOn(StringBuilder text, Definition definition) {
    text.append("### Handed on to Kafka's clients\n\n");
    for (PassThrough each : definition.passThroughs()) {
      text.append("- ")
          .append(code(each.prefix() + "*"))
          .append(" (environment: ")
          .append(code(definition.environment().variable(each.prefix()) + "*"))
          .append("): ")
          .append(each.meaning())
          .append('\n');
    }
    text.append("\nRefused, because guarantees rest on them:\n\n");
    text.append("| option | reason |\n|---|---|\n");
    for (PassThrough each : definition.passThroughs()) {
      new TreeMap<>(each.fixed())
          .forEach((name, reason) ->
              text.append("| ")
                  .append(code(each.prefix() + name))
                  .append(" | ")
                  .append(cell(reason))
                  .append(" |\n"));
    }
    text.append('\n');
  }

  private static String code(String text) {
    return "`" + cell(text) + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }
}
