package dev.cairn.e2e.liar;

import dev.cairn.crypto.Bytes;
import dev.cairn.schemas.http.ApiPaths;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What goes back to the client.
 *
 * @param headers only those that the protocol knows
 */
record Answer(int status, Map<String, String> headers, Bytes body, Delivery delivery) {
  /** How the body travels. */
  enum Delivery {
    WHOLE,
    /** All of it is announced, and half of it comes. */
    CUT,
    /** The connection closes without an answer. */
    DROPPED,
    /** It begins again and again. */
    ENDLESS
  }

  Answer {
    headers = Map.copyOf(headers);
  }

  static Answer ok(Bytes body) {
    return new Answer(200, Map.of(), body, Delivery.WHOLE);
  }

  static Answer json(String json) {
    return ok(Bytes.utf8(json));
  }

  static Answer refused(int status, String code) {
    return refused(status, code, "{}");
  }

  static Answer refused(int status, String code, String details) {
    return new Answer(
        status,
        Map.of(),
        Bytes.utf8(
            "{\"code\":\""
                + code
                + "\",\"message\":\"so says the provider\",\"details\":"
                + details
                + "}"),
        Delivery.WHOLE);
  }

  /** One page of a log, as the service would send these records. */
  static Answer page(List<LogEntry> records, long next, long end) {
    Map<String, String> headers = new HashMap<>();
    headers.put(ApiPaths.HEADER_NEXT_OFFSET, Long.toString(next));
    headers.put(ApiPaths.HEADER_END_OFFSET, Long.toString(end));
    Bytes body = Bytes.EMPTY;
    for (LogEntry record : records) {
      body = Bytes.concat(body, frame(record.offset(), record.value().size(), record.value()));
    }
    return new Answer(200, headers, body, Delivery.WHOLE);
  }

  /** A frame with any length in its header. */
  static Bytes frame(long offset, int length, Bytes value) {
    ByteBuffer header = ByteBuffer.allocate(12).putLong(offset).putInt(length);
    return Bytes.concat(Bytes.wrap(header.array()), value);
  }

  Answer with(Bytes other) {
    return new Answer(status, headers, other, delivery);
  }

  Answer with(Delivery other) {
    return new Answer(status, headers, body, other);
  }

  Answer with(String header, String value) {
    Map<String, String> changed = new HashMap<>(headers);
    changed.put(header, value);
    return new Answer(status, changed, body, delivery);
  }
}
