package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;

/**
 * The header of our Avro object containers, fixed to the byte: magic, schema, codec null, sync
 * marker.
 *
 * <p>Written by hand and not by Avro's own writer, whose header depends on the library's version:
 * the same state must give the same bytes for ever.
 */
final class Containers {
  private static final Bytes MAGIC = Bytes.fromHex("4f626a01");

  private Containers() {}

  static Bytes header(String schema, Bytes marker) {
    return new AvroOutput(schema.length() + 64)
        .raw(MAGIC)
        .number(2)
        .text("avro.codec")
        .text("null")
        .text("avro.schema")
        .text(schema)
        .number(0)
        .raw(marker)
        .toBytes();
  }
}
