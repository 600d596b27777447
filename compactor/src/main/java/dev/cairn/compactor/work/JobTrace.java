package dev.cairn.compactor.work;

import dev.cairn.compactor.log.LogExtent;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/** What one job has read, for its one line in the log. Not thread-safe. */
final class JobTrace {
  private final long startedNanos = System.nanoTime();
  private Optional<LogExtent> range = Optional.empty();
  private long records;
  private long bytes;

  /** A part of the log was read; where several are, the last says the range. */
  void read(LogExtent part, long partRecords, long partBytes) {
    range = Optional.of(part);
    records += partRecords;
    bytes += partBytes;
  }

  Duration duration() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  /** Writes the line. Its fields are what people search for; none is secret. */
  void log(Logger logger, CompactionResult result) {
    LoggingEventBuilder line =
        logger
            .atInfo()
            .addKeyValue("user", result.userId().value())
            .addKeyValue("job", result.jobId())
            .addKeyValue("verdict", result.kind().name())
            .addKeyValue("from", range.map(it -> Long.toString(it.start())).orElse("none"))
            .addKeyValue("to", range.map(it -> Long.toString(it.end())).orElse("none"))
            .addKeyValue("records", records)
            .addKeyValue("bytes", bytes)
            .addKeyValue("durationMs", duration().toMillis());
    if (result.newest().isPresent()) {
      line =
          line.addKeyValue("snapshotIndex", result.newest().get().index())
              .addKeyValue("snapshotBytes", result.newest().get().bytes());
    }
    line.log("{}", result.describe());
  }
}
