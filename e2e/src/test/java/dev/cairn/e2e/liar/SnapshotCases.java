package dev.cairn.e2e.liar;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.e2e.liar.Case.How;
import dev.cairn.e2e.liar.Case.Who;
import dev.cairn.journal.record.MalformedRecordException;
import dev.cairn.journal.record.SignedHeader;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotEntry;
import dev.cairn.journal.snapshot.SnapshotFile;
import dev.cairn.journal.snapshot.SnapshotForge;
import dev.cairn.journal.snapshot.SnapshotForge.Forged;
import dev.cairn.journal.snapshot.SnapshotForge.Line;
import dev.cairn.journal.snapshot.SnapshotForge.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Lies about snapshots. Each is told twice: with the older snapshot beside it, to which a recovery
 * falls back, and alone.
 */
final class SnapshotCases {
  private final Moment truth;
  private final Moment past;
  private final Moment foreign;
  private final String newest;
  private final String older;
  private final Manifest manifest;
  private final Manifest olderManifest;
  private final List<SnapshotEntry> entries;
  private final List<SnapshotEntry> olderEntries;
  private final List<SnapshotEntry> foreignEntries;
  private final List<Part> parts;
  private final List<Case> cases = new ArrayList<>();

  /**
   * Lies about the snapshots of one owner.
   *
   * @param past when another backup key was in force
   * @param foreign what there is of somebody else
   */
  SnapshotCases(Moment truth, Moment past, Moment foreign) throws Exception {
    this.truth = truth;
    this.past = past;
    this.foreign = foreign;
    this.newest = truth.newest();
    this.older = truth.snapshots().get(truth.snapshots().size() - 2);
    this.manifest = truth.manifest(newest);
    this.olderManifest = truth.manifest(older);
    this.entries = SnapshotForge.entries(manifest, 0, truth.segment(newest));
    this.olderEntries = SnapshotForge.entries(olderManifest, 0, truth.segment(older));
    this.foreignEntries =
        SnapshotForge.entries(
            foreign.manifest(foreign.newest()), 0, foreign.segment(foreign.newest()));
    this.parts =
        SnapshotForge.halves(entries).stream()
            .map(half -> SnapshotForge.part(manifest, half))
            .toList();
  }

  /** The newest snapshot in two segments instead of one, which is no lie. */
  Lie inTwoSegments() {
    return Lies.files(
        put(SnapshotForge.forge(manifest, manifest.accumulator(), parts)), List.of(newest));
  }

  List<Case> all() {
    lists();
    manifests();
    descriptions();
    segments();
    entries();
    indexes();
    return cases;
  }

  private void lists() {
    add(Row.LIST_NONE, "none", Lies.files(truth.files(), List.of()));
    add(Row.LIST_OLDER, "only the older one", Lies.files(truth.files(), List.of(older)));
    add(
        Row.LIST_OLDER,
        "the newest one named and gone",
        Lies.files(without(newest), truth.snapshots()));
    add(
        Row.LIST_INVENTED,
        "somebody else's",
        Lies.files(Lies.changed(truth.files(), foreign.files()), foreign.snapshots()));
    add(
        Row.LIST_INVENTED,
        "of the earlier key version alone",
        Lies.files(past.files(), past.snapshots()));
    add(
        Row.LIST_INVENTED,
        "a greater one",
        Lies.files(
            truth.files(),
            List.of(
                "2/00000000000000000900-00000000000000000900-0123456789abcdef", newest, older)));
    add(
        Row.LIST_INVENTED,
        "of a key version to come",
        Lies.files(truth.files(), List.of("3/" + newest.substring(2), newest)));
    add(
        Row.LIST_INVENTED,
        "of another key version",
        Lies.files(moved(newest, "1/" + newest.substring(2)), List.of("1/" + newest.substring(2))));
    add(
        Row.LIST_INVENTED,
        "the older one under the newest one's name",
        Lies.files(moved(older, newest), List.of(newest)));
    add(
        Row.LIST_INVENTED,
        "a path that leads elsewhere",
        Lie.instead(
            Asked.SNAPSHOTS,
            Answer.json("{\"snapshots\":[{\"keyVersion\":2,\"directory\":\"../../x\"}]}")));
    add(
        Row.LIST_INVENTED,
        "each one twice",
        Lies.files(truth.files(), List.of(newest, newest, older, older)));
    add(
        Row.LIST_LONG,
        "a hundred thousand",
        Lies.files(
            truth.files(),
            IntStream.range(1000, 101_000)
                .mapToObj("2/00000000000000000900-%020d-0123456789abcdef"::formatted)
                .toList()));
  }

  private void manifests() {
    manifest(Row.MANIFEST_OTHER, "somebody else's", foreign.manifestBytes(foreign.newest()));
    manifest(Row.MANIFEST_OTHER, "the older one's", truth.manifestBytes(older));
    manifest(Row.MANIFEST_OTHER, "the earlier key version's", past.manifestBytes(past.newest()));
    Manifest.AtRecord at = (Manifest.AtRecord) manifest.origin();
    Manifest.AtRecord atOlder = (Manifest.AtRecord) olderManifest.origin();
    origin("the older one's record", new Manifest.AtRecord(atOlder.last(), at.epochOpened()));
    origin("the record in place of the opening", new Manifest.AtRecord(at.last(), at.last()));
    origin(
        "the opening in place of the record",
        new Manifest.AtRecord(at.epochOpened(), at.epochOpened()));
    origin("a flipped signature", new Manifest.AtRecord(flipped(at.last()), at.epochOpened()));
    origin(
        "a flipped signature of the opening",
        new Manifest.AtRecord(at.last(), flipped(at.epochOpened())));
    origin(
        "another record's signature",
        new Manifest.AtRecord(resigned(at.last(), atOlder.last().signatures()), at.epochOpened()));
    origin("a base", new Manifest.Base());
    headers(at);

    accumulator("the older one's", olderManifest.accumulator());
    accumulator("of an empty state", new StateAccumulator().toBytes());
    accumulator("a flipped bit", LogCases.flippedAt(manifest.accumulator(), 700));
    for (long position :
        new long[] {0, manifest.position() - 1, manifest.position() + 1, 1L << 40}) {
      manifest(
          Row.MANIFEST_POSITION,
          "position " + position,
          ManifestCodec.encode(
              SnapshotForge.with(
                  manifest,
                  manifest.accumulator(),
                  manifest.segments(),
                  manifest.indexes(),
                  position)));
    }
  }

  /** Every byte of both signed headers, as far as a header stays one. */
  private void headers(Manifest.AtRecord at) {
    for (int i = 0; i < at.last().header().toBytes().size(); i += 5) {
      int byteAt = i;
      altered(at.last(), i)
          .ifPresent(header ->
              origin(
                  "byte " + byteAt + " of the header",
                  new Manifest.AtRecord(header, at.epochOpened())));
    }
    for (int i = 0; i < at.epochOpened().header().toBytes().size(); i += 5) {
      int byteAt = i;
      altered(at.epochOpened(), i)
          .ifPresent(header ->
              origin(
                  "byte " + byteAt + " of the opening", new Manifest.AtRecord(at.last(), header)));
    }
  }

  private void descriptions() {
    SnapshotFile segment = manifest.segments().get(0);
    SnapshotFile index = manifest.indexes().get(0);
    files("no segments", List.of(), List.of());
    describe("a size of one less", segment.size() - 1, segment.entries(), segment.firstTag());
    describe("a size of one more", segment.size() + 1, segment.entries(), segment.firstTag());
    describe("32 MiB", 32 << 20, segment.entries(), segment.firstTag());
    describe("one entry less", segment.size(), segment.entries() - 1, segment.firstTag());
    describe("one entry more", segment.size(), segment.entries() + 1, segment.firstTag());
    describe(
        "another first tag",
        segment.size(),
        segment.entries(),
        LogCases.flippedAt(segment.firstTag(), 31));
    // Half of the state alone.
    forged(Row.MANIFEST_FILES, "the first half alone", List.of(parts.get(0)));
    forged(Row.MANIFEST_FILES, "the second half alone", List.of(parts.get(1)));
    files("the index in place of the segment", List.of(renamed(index, segment)), List.of(index));
  }

  private void segments() {
    Forged two = SnapshotForge.forge(manifest, manifest.accumulator(), parts);
    served(Row.MANIFEST_FILES, "two segments swapped", two, List.of(1, 0), List.of(0, 1));
    served(Row.MANIFEST_FILES, "two indexes swapped", two, List.of(0, 1), List.of(1, 0));
    served(Row.MANIFEST_FILES, "one segment in both places", two, List.of(0, 0), List.of(0, 1));
    for (Asked asked : List.of(Asked.SEGMENT, Asked.INDEX)) {
      boolean segment = asked == Asked.SEGMENT;
      Bytes content = segment ? truth.segment(newest) : truth.index(newest);
      Bytes olderContent = segment ? truth.segment(older) : truth.index(older);
      Bytes pastContent = segment ? past.segment(past.newest()) : past.index(past.newest());
      Bytes foreignContent =
          segment ? foreign.segment(foreign.newest()) : foreign.index(foreign.newest());
      file(Row.SEGMENT_OTHER, asked, "the older one's", olderContent);
      file(Row.SEGMENT_OTHER, asked, "the earlier key version's", pastContent);
      file(Row.SEGMENT_OTHER, asked, "somebody else's", foreignContent);
      file(Row.SEGMENT_OTHER, asked, "the manifest", truth.manifestBytes(newest));
      file(Row.SEGMENT_CUT, asked, "one byte short", content.slice(0, content.size() - 1));
      file(Row.SEGMENT_CUT, asked, "its first half", content.slice(0, content.size() / 2));
      file(
          Row.SEGMENT_CUT,
          asked,
          "its second half",
          content.slice(content.size() / 2, content.size()));
      file(Row.SEGMENT_CUT, asked, "twice", Bytes.concat(content, content));
      file(Row.SEGMENT_CUT, asked, "empty", Bytes.EMPTY);
      add(Row.SEGMENT_CUT, asked + " absent", Lie.instead(asked, Answer.refused(404, "absent")));
      add(
          Row.SEGMENT_CUT,
          asked + " byte by byte",
          Lie.about(asked, answer -> answer.with(answer.body().slice(0, 1))));
      add(
          Row.SEGMENT_CUT,
          asked + " elsewhere",
          Lie.instead(
              asked, Answer.refused(307, "elsewhere").with("Location", "file:///etc/passwd")));
    }
  }

  private void entries() {
    int n = entries.size();
    for (int i : new int[] {0, n / 4, n / 2 - 1, n / 2, n - 1}) {
      List<SnapshotEntry> without = new ArrayList<>(entries);
      SnapshotEntry entry = without.remove(i);
      forgedEntries(Row.ENTRY_DROPPED, "entry " + i, without);
      forgedEntries(Row.ENTRY_DOUBLED, "entry " + i, with(entries, i, entry));
      List<SnapshotEntry> instead = with(without, i, entry);
      instead.remove((i + 1) % n);
      forgedEntries(
          Row.ENTRY_DOUBLED, "entry " + i + " in place of another", with(instead, i, entry));

      alter(
          i,
          "tag",
          it ->
              new SnapshotEntry(
                  LogCases.flippedAt(it.tag(), 31), it.epoch(), it.sequence(), it.sealed()));
      alter(
          i,
          "epoch",
          it -> new SnapshotEntry(it.tag(), it.epoch() + 1, it.sequence(), it.sealed()));
      alter(
          i,
          "sequence",
          it -> new SnapshotEntry(it.tag(), it.epoch(), it.sequence() + 1, it.sealed()));
      alter(i, "first sealed byte", it -> sealed(it, LogCases.flippedAt(it.sealed(), 0)));
      alter(i, "last sealed byte", it -> sealed(it, LogCases.flippedAt(it.sealed(), 9999)));
      alter(i, "sealed bytes, cut", it -> sealed(it, it.sealed().slice(0, it.sealed().size() - 1)));
      alter(i, "sealed bytes of the next one", it -> sealed(it, entries.get((i + 1) % n).sealed()));
      replace(i, "somebody else's value", sealed(entries.get(i), foreignEntries.get(0).sealed()));
    }
    List<SnapshotEntry> withForeign = new ArrayList<>(entries);
    withForeign.set(n - 1, foreignEntries.get(0));
    withForeign.sort((a, b) -> a.tag().compareTo(b.tag()));
    forgedEntries(Row.ENTRY_OTHER, "somebody else's entry", withForeign);
    for (int i = 0; i < n; i++) {
      SnapshotEntry entry = entries.get(i);
      int at = i;
      olderEntries.stream()
          .filter(it -> it.tag().equals(entry.tag()) && it.sequence() < entry.sequence())
          .findFirst()
          .ifPresent(it -> replace(at, "its older value", it));
    }
    for (int i : new int[] {1, n / 4, n / 2 - 2, n / 2, n - 3}) {
      List<SnapshotEntry> swapped = new ArrayList<>(entries);
      Collections.swap(swapped, i, i + 1);
      forgedEntries(Row.ENTRY_ORDER, "entries " + i + " and the next one", swapped);
    }
  }

  private void indexes() {
    Part part = parts.get(0);
    for (int i : new int[] {0, part.lines().size() / 2, part.lines().size() - 1}) {
      Line line = part.lines().get(i);
      line(
          Row.INDEX_ALTERED,
          i,
          "element",
          new Line(
              line.tag(),
              line.epoch(),
              line.sequence(),
              LogCases.flippedAt(line.element(), 3),
              line.offset(),
              line.length()));
      line(
          Row.INDEX_ALTERED,
          i,
          "tag",
          new Line(
              LogCases.flippedAt(line.tag(), 31),
              line.epoch(),
              line.sequence(),
              line.element(),
              line.offset(),
              line.length()));
      line(
          Row.INDEX_PLACE,
          i,
          "length",
          new Line(
              line.tag(),
              line.epoch(),
              line.sequence(),
              line.element(),
              line.offset(),
              line.length() + 1));
      line(
          Row.INDEX_PLACE,
          i,
          "offset",
          new Line(
              line.tag(),
              line.epoch(),
              line.sequence(),
              line.element(),
              line.offset() + 77,
              line.length()));
      line(
          Row.INDEX_PLACE,
          i,
          "sequence",
          new Line(
              line.tag(),
              line.epoch(),
              line.sequence() + 1,
              line.element(),
              line.offset(),
              line.length()));
    }
    List<Line> lines = new ArrayList<>(part.lines());
    Collections.swap(lines, 1, 2);
    forged(
        Row.INDEX_ALTERED, "lines swapped", List.of(new Part(part.entries(), lines), parts.get(1)));
    forged(
        Row.INDEX_ALTERED,
        "a line dropped",
        List.of(
            new Part(part.entries(), part.lines().subList(0, part.lines().size() - 1)),
            parts.get(1)));
    forged(
        Row.INDEX_ALTERED,
        "the other segment's lines",
        List.of(new Part(part.entries(), parts.get(1).lines()), parts.get(1)));
  }

  // --- how a lie is told ---------------------------------------------------------------------

  private void line(Row row, int i, String what, Line line) {
    List<Line> lines = new ArrayList<>(parts.get(0).lines());
    lines.set(i, line);
    forged(
        row,
        what + " of line " + i,
        List.of(new Part(parts.get(0).entries(), lines), parts.get(1)));
  }

  private void alter(int i, String what, UnaryOperator<SnapshotEntry> change) {
    List<SnapshotEntry> changed = new ArrayList<>(entries);
    changed.set(i, change.apply(changed.get(i)));
    forgedEntries(Row.ENTRY_ALTERED, what + " of entry " + i, changed);
  }

  private void replace(int i, String what, SnapshotEntry by) {
    List<SnapshotEntry> changed = new ArrayList<>(entries);
    changed.set(i, by);
    forgedEntries(Row.ENTRY_OTHER, what + " in place of entry " + i, changed);
  }

  /** Once with the accumulator that was signed, and once with that of the forged entries. */
  private void forgedEntries(Row row, String name, List<SnapshotEntry> changed) {
    List<Part> forged =
        SnapshotForge.halves(changed).stream()
            .map(half -> SnapshotForge.part(manifest, half))
            .toList();
    forged(row, name, forged);
    StateAccumulator sum = new StateAccumulator();
    changed.forEach(it -> sum.add(it.element(manifest.userId(), manifest.keyVersion())));
    told(
        Row.MANIFEST_ACCUMULATOR,
        "of " + row + ", " + name,
        () -> SnapshotForge.forge(manifest, sum.toBytes(), forged));
  }

  private void forged(Row row, String name, List<Part> changed) {
    told(row, name, () -> SnapshotForge.forge(manifest, manifest.accumulator(), changed));
  }

  /** What cannot even be written down as a manifest is no lie that anybody would hear. */
  private void told(Row row, String name, Supplier<Forged> forge) {
    NavigableMap<String, Bytes> files;
    try {
      files = put(forge.get());
    } catch (IllegalArgumentException e) {
      return;
    }
    beside(row, name, files);
  }

  private void beside(Row row, String name, NavigableMap<String, Bytes> files) {
    add(row, name, Lies.files(files, List.of(newest)));
    add(row, name + ", beside an older one", Lies.files(files, List.of(newest, older)));
  }

  private void origin(String name, Manifest.Origin origin) {
    try {
      manifest(
          Row.MANIFEST_SIGNED,
          name,
          ManifestCodec.encode(
              new Manifest(
                  manifest.userId(),
                  manifest.keyVersion(),
                  origin,
                  manifest.accumulator(),
                  manifest.segments(),
                  manifest.indexes(),
                  manifest.position())));
    } catch (IllegalArgumentException e) {
      // No manifest has such records.
    }
  }

  private void accumulator(String name, Bytes accumulator) {
    manifest(
        Row.MANIFEST_ACCUMULATOR,
        name,
        ManifestCodec.encode(
            SnapshotForge.with(
                manifest,
                accumulator,
                manifest.segments(),
                manifest.indexes(),
                manifest.position())));
  }

  private void describe(String name, long size, long count, Bytes firstTag) {
    SnapshotFile segment = manifest.segments().get(0);
    SnapshotFile index = manifest.indexes().get(0);
    files(
        name,
        List.of(
            new SnapshotFile(
                segment.name(), size, segment.sha256(), firstTag, segment.lastTag(), count)),
        List.of(
            new SnapshotFile(
                index.name(), index.size(), index.sha256(), firstTag, index.lastTag(), count)));
  }

  private void files(String name, List<SnapshotFile> segments, List<SnapshotFile> indexes) {
    manifest(
        Row.MANIFEST_FILES,
        name,
        ManifestCodec.encode(
            SnapshotForge.with(
                manifest, manifest.accumulator(), segments, indexes, manifest.position())));
  }

  private static SnapshotFile renamed(SnapshotFile content, SnapshotFile name) {
    String digits = content.sha256().hex().substring(0, 16);
    return new SnapshotFile(
        name.name().substring(0, "segment-00000-".length()) + digits + ".avro",
        content.size(),
        content.sha256(),
        content.firstTag(),
        content.lastTag(),
        content.entries());
  }

  private void manifest(Row row, String name, Bytes bytes) {
    NavigableMap<String, Bytes> files = new TreeMap<>(truth.files());
    files.put(newest + "/manifest.avro", bytes);
    beside(row, name, files);
  }

  private void file(Row row, Asked asked, String name, Bytes content) {
    NavigableMap<String, Bytes> files = new TreeMap<>(truth.files());
    String prefix = newest + (asked == Asked.SEGMENT ? "/segment-" : "/index-");
    files.replaceAll((key, bytes) -> key.startsWith(prefix) ? content : bytes);
    beside(row, asked + " " + name, files);
  }

  private void served(
      Row row, String name, Forged forged, List<Integer> segments, List<Integer> indexes) {
    beside(
        row,
        name,
        put(
            new Forged(
                forged.manifest(),
                segments.stream().map(forged.segments()::get).toList(),
                indexes.stream().map(forged.indexes()::get).toList())));
  }

  private NavigableMap<String, Bytes> put(Forged forged) {
    NavigableMap<String, Bytes> files = new TreeMap<>(truth.files());
    files.put(newest + "/manifest.avro", ManifestCodec.encode(forged.manifest()));
    for (int i = 0; i < forged.segments().size(); i++) {
      files.put(
          newest + "/" + forged.manifest().segments().get(i).name(), forged.segments().get(i));
      files.put(newest + "/" + forged.manifest().indexes().get(i).name(), forged.indexes().get(i));
    }
    return files;
  }

  private NavigableMap<String, Bytes> without(String snapshot) {
    NavigableMap<String, Bytes> files = new TreeMap<>(truth.files());
    files.keySet().removeIf(name -> name.startsWith(snapshot));
    return files;
  }

  private NavigableMap<String, Bytes> moved(String from, String to) {
    NavigableMap<String, Bytes> files = new TreeMap<>();
    truth
        .files()
        .forEach((name, content) -> {
          if (name.startsWith(from)) {
            files.put(to + name.substring(from.length()), content);
          }
        });
    return files;
  }

  private static List<SnapshotEntry> with(List<SnapshotEntry> all, int i, SnapshotEntry entry) {
    List<SnapshotEntry> more = new ArrayList<>(all);
    more.add(i, entry);
    return more;
  }

  private static SnapshotEntry sealed(SnapshotEntry entry, Bytes sealed) {
    return new SnapshotEntry(entry.tag(), entry.epoch(), entry.sequence(), sealed);
  }

  private static SignedHeader flipped(SignedHeader signed) {
    return resigned(
        signed, signed.signatures().stream().map(it -> LogCases.flippedAt(it, 40)).toList());
  }

  private static SignedHeader resigned(SignedHeader signed, List<Bytes> signatures) {
    try {
      return SignedHeader.parse(signed.header().toBytes(), signatures);
    } catch (MalformedRecordException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Optional<SignedHeader> altered(SignedHeader signed, int at) {
    try {
      return Optional.of(
          SignedHeader.parse(
              LogCases.flippedAt(signed.header().toBytes(), at), signed.signatures()));
    } catch (MalformedRecordException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void add(Row row, String name, Lie lie) {
    cases.add(new Case(row, name, Who.ALICE, How.READ, lie));
  }
}
