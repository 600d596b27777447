package dev.cairn.schemas.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.schemas.registry.PublishedSchema;
import dev.cairn.schemas.wire.RecordType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.junit.jupiter.api.Test;

/**
 * The rule that registries apply to our subjects (BACKWARD_TRANSITIVE), in the build: today's
 * schemas read what was written under any released one.
 */
class SchemaHistoryTest {
  private static final Path TODAY = Path.of("src", "main", "avro");
  private static final Path HISTORY = Path.of("src", "history");

  @Test
  void todaysSchemasReadWhatWasWrittenUnderEveryReleasedOne() throws Exception {
    List<String> problems = new ArrayList<>();
    for (Path release : releases()) {
      for (String name : names(release)) {
        Schema today = parse(TODAY.resolve(name));
        problems.addAll(problems(today, parse(release.resolve(name)), release + "/" + name));
      }
    }
    assertEquals(List.of(), problems);
  }

  @Test
  void noReleasedSchemaIsGoneAndNoneIsWithoutHistory() throws Exception {
    Set<String> released = new TreeSet<>();
    for (Path release : releases()) {
      released.addAll(names(release));
    }
    assertEquals(names(TODAY), released, "copy what is new into src/history at its release");
  }

  @Test
  void releasesAreNumberedWithoutAGap() throws Exception {
    Set<String> numbers =
        IntStream.rangeClosed(1, releases().size())
            .mapToObj(Integer::toString)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> folders = new TreeSet<>();
    for (Path release : releases()) {
      folders.add(release.getFileName().toString());
    }
    assertTrue(!folders.isEmpty());
    assertEquals(numbers, folders);
  }

  @Test
  void everyRecordOnTheWireIsAmongThem() throws Exception {
    Set<String> names = names(TODAY);
    for (RecordType type : RecordType.values()) {
      assertTrue(names.contains(type.schema().getName() + ".avsc"), type.toString());
      assertEquals(
          parse(TODAY.resolve(type.schema().getName() + ".avsc")), PublishedSchema.of(type));
    }
  }

  @Test
  void aChangeThatOlderRecordsDoNotSurviveIsFound() throws Exception {
    String job = Files.readString(TODAY.resolve("CompactionJob.avsc"));
    Schema before = parse(TODAY.resolve("CompactionJob.avsc"));
    for (String[] change :
        new String[][] {
          {"{\"name\": \"jobId\", ", "{\"name\": \"jobName\", "},
          {
            "\"requestedAt\", \"type\": \"long\"", "\"requestedAt\", \"type\": \"int\"",
          },
          {"\"fields\": [", "\"fields\": [{\"name\": \"more\", \"type\": \"int\"},"},
          {"\"name\": \"CompactionJob\"", "\"name\": \"Job\""},
        }) {
      Schema changed = new Schema.Parser().parse(job.replace(change[0], change[1]));
      assertNotEquals(before, changed, change[1]);
      assertNotEquals(List.of(), problems(changed, before, "job"), change[1]);
    }
    Schema grown =
        new Schema.Parser()
            .parse(
                job.replace(
                    "\"fields\": [",
                    "\"fields\": [{\"name\": \"more\", \"type\": \"int\", \"default\": 0},"));
    assertEquals(List.of(), problems(grown, before, "job"));
  }

  private static List<String> problems(Schema reader, Schema writer, String where) {
    SchemaCompatibility.SchemaPairCompatibility pair =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    return pair.getType() == SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE
        ? List.of()
        : List.of(where + ": " + pair.getResult().getIncompatibilities());
  }

  private static Schema parse(Path file) throws IOException {
    return new Schema.Parser().parse(Files.readString(file));
  }

  private static List<Path> releases() throws IOException {
    try (Stream<Path> folders = Files.list(HISTORY)) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".avsc"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
