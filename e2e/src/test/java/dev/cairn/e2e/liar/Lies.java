package dev.cairn.e2e.liar;

import dev.cairn.crypto.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whole stretches of what a provider holds, as a liar would have them. */
final class Lies {
  private static final int PAGE_RECORDS = 3;

  private Lies() {}

  /** Another log, said to be of that extent. */
  static Lie log(List<LogEntry> log, long start, long end) {
    return (request, honest) ->
        switch (request.asked()) {
          case EXTENT -> extent(start, end);
          case RECORDS -> page(log, start, end, request.from());
          default -> honest.ask();
        };
  }

  /** Another log; its extent is that of its records. */
  static Lie log(List<LogEntry> log) {
    return log.isEmpty()
        ? log(log, 0, 0)
        : log(log, log.get(0).offset(), log.get(log.size() - 1).offset() + 1);
  }

  static Answer extent(long start, long end) {
    return Answer.json(
        "{\"topic\":\"any\",\"startOffset\":" + start + ",\"endOffset\":" + end + "}");
  }

  static Answer page(List<LogEntry> log, long start, long end, long from) {
    if (from < start) {
      return Answer.refused(410, "log_truncated", "{\"startOffset\":\"" + start + "\"}");
    }
    List<LogEntry> page =
        log.stream().filter(record -> record.offset() >= from).limit(PAGE_RECORDS).toList();
    long next =
        page.size() < PAGE_RECORDS ? Math.max(from, end) : page.get(page.size() - 1).offset() + 1;
    return Answer.page(page, next, end);
  }

  /** Other snapshots, and nothing but these. */
  static Lie files(NavigableMap<String, Bytes> files) {
    return files(
        files,
        files.keySet().stream()
            .filter(name -> name.endsWith("/manifest.avro"))
            .map(name -> name.substring(0, name.lastIndexOf('/')))
            .toList());
  }

  /** Other snapshots, of which only these are named. */
  static Lie files(NavigableMap<String, Bytes> files, List<String> named) {
    return (request, honest) ->
        switch (request.asked()) {
          case SNAPSHOTS -> list(named);
          case MANIFEST, SEGMENT, INDEX ->
              files.containsKey(request.file())
                  ? Lie.file(request, files.get(request.file()))
                  : Answer.refused(404, "absent");
          default -> honest.ask();
        };
  }

  /** Some files changed, the others as they were. */
  static NavigableMap<String, Bytes> changed(
      NavigableMap<String, Bytes> files, NavigableMap<String, Bytes> changes) {
    NavigableMap<String, Bytes> all = new TreeMap<>(files);
    all.putAll(changes);
    return all;
  }

  static Answer list(List<String> snapshots) {
    return Answer.json(
        snapshots.stream()
            .map(name -> name.split("/", -1))
            .map(name -> "{\"keyVersion\":" + name[0] + ",\"directory\":\"" + name[1] + "\"}")
            .collect(Collectors.joining(",", "{\"snapshots\":[", "]}")));
  }

  /** All data of another time. */
  static Lie moment(Moment moment) {
    return files(moment.files()).and(log(moment.log()));
  }

  /** The same values at consecutive offsets. */
  static List<LogEntry> renumbered(List<LogEntry> log, long from) {
    List<LogEntry> all = new ArrayList<>();
    for (LogEntry record : log) {
      all.add(record.at(from + all.size()));
    }
    return all;
  }
}
