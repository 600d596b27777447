package dev.cairn.e2e.liar;

import dev.cairn.crypto.Bytes;
import dev.cairn.e2e.liar.Case.How;
import dev.cairn.e2e.liar.Case.Who;
import dev.cairn.schemas.http.ApiPaths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;

/** Lies about a log: about each of its records, about its pages, about its extent. */
final class LogCases {
  private final Who who;
  private final List<LogEntry> log;
  private final long start;
  private final long end;
  private final long anchor;
  private final Bytes foreign;
  private final Bytes stale;
  private final List<Case> cases = new ArrayList<>();

  /**
   * Lies about one log.
   *
   * @param anchor offset of the newest snapshot's record: a reader begins behind it, so that what
   *     is put before it is cut off
   * @param foreign a record of somebody else
   * @param stale an authentic record that is no longer of the chain
   */
  LogCases(Who who, Moment truth, long anchor, Bytes foreign, Bytes stale) {
    this.who = who;
    this.log = truth.log();
    this.start = truth.start();
    this.end = truth.end();
    this.anchor = anchor;
    this.foreign = foreign;
    this.stale = stale;
  }

  List<Case> all() {
    for (int i = 0; i < log.size(); i++) {
      record(i);
    }
    whole();
    extents();
    pages();
    return cases;
  }

  private void record(int i) {
    boolean last = i == log.size() - 1;
    String at = "record " + i;
    LogEntry record = log.get(i);
    Row dropped = last ? Row.LOG_CUT : Row.RECORD_DROPPED;

    List<LogEntry> without = new ArrayList<>(log);
    without.remove(i);
    add(dropped, at + " dropped", Lies.log(without, start, end));
    add(dropped, at + " dropped, closed up", Lies.log(Lies.renumbered(without, start)));

    List<LogEntry> twice = new ArrayList<>(log);
    twice.add(i, record);
    add(Row.RECORD_TWICE, at + " twice", Lies.log(Lies.renumbered(twice, start)));
    List<LogEntry> again = new ArrayList<>(log);
    again.add(record);
    add(Row.RECORD_TWICE, at + " again at the end", Lies.log(Lies.renumbered(again, start)));

    if (!last) {
      List<LogEntry> swapped = new ArrayList<>(log);
      Collections.swap(swapped, i, i + 1);
      add(Row.RECORD_ORDER, at + " and the next one", Lies.log(Lies.renumbered(swapped, start)));
      List<LogEntry> late = new ArrayList<>(without);
      late.add(record);
      add(
          record.offset() == anchor ? Row.LOG_CUT : Row.RECORD_ORDER,
          at + " at the end",
          Lies.log(Lies.renumbered(late, start)));
    }

    replaced(Row.RECORD_GARBAGE, i, "garbage", Bytes.utf8("no record at all"));
    replaced(Row.RECORD_GARBAGE, i, "nothing", Bytes.EMPTY);
    replaced(Row.RECORD_GARBAGE, i, "its first half", half(record.value()));
    replaced(Row.RECORD_GARBAGE, i, "a flipped bit at its end", flipped(record.value(), 1));
    replaced(Row.RECORD_GARBAGE, i, "a flipped bit in its middle", flipped(record.value(), 2));
    replaced(Row.RECORD_GARBAGE, i, "another schema", flippedAt(record.value(), 4));
    replaced(Row.RECORD_OTHER, i, "somebody else's", foreign);
    replaced(last ? Row.LOG_CUT : Row.RECORD_OTHER, i, "a stale one", stale);
    if (i > 0) {
      replaced(last ? Row.LOG_CUT : Row.RECORD_OTHER, i, "the one before", log.get(i - 1).value());
    }

    List<LogEntry> inserted = new ArrayList<>(log);
    inserted.add(i, new LogEntry(0, Bytes.utf8("no record at all")));
    add(Row.RECORD_GARBAGE, "garbage before " + at, Lies.log(Lies.renumbered(inserted, start)));
    List<LogEntry> other = new ArrayList<>(log);
    other.add(i, new LogEntry(0, foreign));
    add(Row.RECORD_OTHER, "a foreign one before " + at, Lies.log(Lies.renumbered(other, start)));

    if (i > 0) {
      add(Row.LOG_HEAD, "begins with " + at, Lies.log(log.subList(i, log.size())));
      add(Row.LOG_CUT, "ends before " + at, Lies.log(log.subList(0, i)));
      add(
          Row.LOG_CUT,
          "ends before " + at + ", and says so nowhere",
          Lies.log(log.subList(0, i), start, end));
    }
  }

  private void whole() {
    add(cutOr(Row.LOG_HEAD), "nothing at all", Lies.log(List.of()));
    add(Row.RECORD_SHIFTED, "all of it later", Lies.log(Lies.renumbered(log, start + 1000)));
    add(Row.RECORD_SHIFTED, "all of it earlier", Lies.log(Lies.renumbered(log, 0)));
    List<LogEntry> gaps = log.stream().map(it -> it.at(start + 3 * (it.offset() - start))).toList();
    add(Row.RECORD_SHIFTED, "with gaps", Lies.log(gaps));
    List<LogEntry> backwards = new ArrayList<>(log);
    Collections.reverse(backwards);
    add(
        cutOr(Row.RECORD_ORDER),
        "all of it backwards",
        Lies.log(Lies.renumbered(backwards, start)));
    List<LogEntry> tripled = new ArrayList<>(log);
    tripled.addAll(log);
    tripled.addAll(log);
    add(Row.RECORD_TWICE, "all of it three times", Lies.log(Lies.renumbered(tripled, start)));
    List<LogEntry> foreigners = log.stream().map(it -> it.with(foreign)).toList();
    add(Row.LOG_HEAD, "somebody else's records alone", Lies.log(foreigners));
  }

  private void extents() {
    add(Row.LOG_EXTENT, "ends later", said(start, end + 1));
    add(Row.LOG_EXTENT, "ends never", said(start, Long.MAX_VALUE));
    add(Row.LOG_EXTENT, "ends earlier", said(start, end - 1));
    add(Row.LOG_EXTENT, "ends at its start", said(start, start));
    add(Row.LOG_EXTENT, "starts earlier", said(0, end));
    add(Row.LOG_EXTENT, "starts later", said(start + 1, end));
    add(cutOr(Row.LOG_EXTENT), "starts at its end", said(end, end));
    add(Row.LOG_EXTENT, "starts behind its end", said(end + 1, end));
    add(Row.LOG_EXTENT, "starts before all offsets", said(-1, end));
    add(cutOr(Row.LOG_EXTENT), "is elsewhere", said(end + 1_000_000, end + 2_000_000));

    Answer gone = Answer.refused(410, "log_truncated", "{\"startOffset\":\"" + end + "\"}");
    add(Row.LOG_TRUNCATED, "always", Lie.instead(Asked.RECORDS, gone));
    add(
        Row.LOG_TRUNCATED,
        "once",
        (request, honest) ->
            request.asked() == Asked.RECORDS && request.count() == 0 ? gone : honest.ask());
    add(
        Row.LOG_TRUNCATED,
        "at every second question",
        (request, honest) ->
            request.asked() == Asked.RECORDS && request.count() % 2 == 1 ? gone : honest.ask());
    add(
        Row.LOG_TRUNCATED,
        "at nonsense",
        Lie.instead(
            Asked.RECORDS, Answer.refused(410, "log_truncated", "{\"startOffset\":\"-5\"}")));
  }

  private void pages() {
    LogEntry record = log.get(log.size() - 1);
    Bytes value = record.value();
    frame("cut in its header", body -> body.slice(0, 5));
    frame("cut in its value", body -> body.slice(0, body.size() - 1));
    frame("a byte more", body -> Bytes.concat(body, Bytes.wrap(new byte[1])));
    frame("empty, at an old offset", body -> Bytes.concat(body, Answer.frame(0, 0, Bytes.EMPTY)));
    frame("of negative length", body -> Bytes.concat(body, Answer.frame(end, -1, value)));
    frame(
        "of two gigabytes",
        body -> Bytes.concat(body, Answer.frame(end, Integer.MAX_VALUE, value)));
    frame("sent twice", body -> Bytes.concat(body, body));
    frame(
        "before what was asked for",
        body -> Bytes.concat(Answer.frame(0, value.size(), value), body));
    frame(
        "at a negative offset", body -> Bytes.concat(Answer.frame(-2, value.size(), value), body));
    frame(
        "at the last of all offsets",
        body -> Bytes.concat(body, Answer.frame(Long.MAX_VALUE, value.size(), value)));

    numbers("no next offset", ApiPaths.HEADER_NEXT_OFFSET, "");
    numbers("no end offset", ApiPaths.HEADER_END_OFFSET, "");
    numbers("next is where it was", ApiPaths.HEADER_NEXT_OFFSET, "" + start);
    numbers("next is zero", ApiPaths.HEADER_NEXT_OFFSET, "0");
    numbers("next is far", ApiPaths.HEADER_NEXT_OFFSET, "999999999999999999");
    numbers("next is negative", ApiPaths.HEADER_NEXT_OFFSET, "-1");
    numbers("the end is before", ApiPaths.HEADER_END_OFFSET, "0");
    numbers("the end is far", ApiPaths.HEADER_END_OFFSET, "999999999999999999");
    // Over what is skipped is nothing that anybody could miss: the end of the log is cut off.
    add(
        cutOr(Row.PAGE_NUMBERS),
        "pages jump to the end",
        (request, honest) ->
            request.asked() == Asked.RECORDS ? Answer.page(List.of(), end, end) : honest.ask());

    add(
        Row.LOG_ENDLESS,
        "empty pages",
        endless(from -> Answer.page(List.of(), from + 1, from + 1_000_000)));
    add(
        Row.LOG_ENDLESS,
        "the same record",
        endless(from -> Answer.page(List.of(record.at(from)), from + 1, from + 1_000_000)));
    add(
        Row.LOG_ENDLESS,
        "garbage",
        endless(from ->
            Answer.page(
                List.of(new LogEntry(from, Bytes.utf8("garbage"))), from + 1, from + 1_000_000)));
    add(
        Row.LOG_ENDLESS,
        "nothing, short of the end",
        endless(from -> Answer.page(List.of(), from, from + 1)));
  }

  /** From where the true log ends on, the liar goes on for ever. */
  private Lie endless(LongFunction<Answer> page) {
    return (request, honest) ->
        switch (request.asked()) {
          case EXTENT -> Lies.extent(start, 100_000_000_000L);
          case RECORDS ->
              request.from() < end
                  ? Lies.page(log, start, end + 1_000_000, request.from())
                      .with(ApiPaths.HEADER_NEXT_OFFSET, "" + Math.min(end, nextOf(request.from())))
                  : page.apply(request.from());
          default -> honest.ask();
        };
  }

  private long nextOf(long from) {
    List<LogEntry> page = log.stream().filter(it -> it.offset() >= from).limit(3).toList();
    return page.isEmpty() ? from : page.get(page.size() - 1).offset() + 1;
  }

  private Lie said(long saidStart, long saidEnd) {
    return Lie.instead(Asked.EXTENT, Lies.extent(saidStart, saidEnd));
  }

  private void frame(String name, UnaryOperator<Bytes> change) {
    add(
        Row.PAGE_FRAME,
        name,
        Lie.about(Asked.RECORDS, answer -> answer.with(change.apply(answer.body()))));
  }

  private void numbers(String name, String header, String value) {
    add(Row.PAGE_NUMBERS, name, Lie.about(Asked.RECORDS, answer -> answer.with(header, value)));
  }

  private void replaced(Row row, int i, String by, Bytes value) {
    List<LogEntry> other = new ArrayList<>(log);
    other.set(i, log.get(i).with(value));
    add(row, "record " + i + " replaced by " + by, Lies.log(other));
  }

  /** To who has a snapshot, a log without records is one whose end is cut off. */
  private Row cutOr(Row row) {
    return who == Who.CAROL ? row : Row.LOG_CUT;
  }

  private void add(Row row, String name, Lie lie) {
    cases.add(new Case(row, name, who, How.READ, lie));
  }

  private static Bytes half(Bytes value) {
    return value.slice(0, value.size() / 2);
  }

  private static Bytes flipped(Bytes value, int part) {
    return flippedAt(value, Math.max(0, value.size() / part - 1));
  }

  static Bytes flippedAt(Bytes value, int at) {
    if (value.isEmpty()) {
      return value;
    }
    byte[] bytes = value.toByteArray();
    bytes[Math.min(at, bytes.length - 1)] ^= 1;
    return Bytes.wrap(bytes);
  }
}
