package dev.cairn.bench.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/** Where this process spends its processor time, by flight recorder's samples. */
public final class Profile implements AutoCloseable {
  private static final List<String> SAMPLES =
      List.of("jdk.ExecutionSample", "jdk.NativeMethodSample");

  private final Recording recording = new Recording();

  private Profile() {}

  /** A share of the samples. */
  public record Share(String method, double share) {}

  /** Begins to sample. */
  public static Profile start() {
    Profile profile = new Profile();
    profile.recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(10));
    profile.recording.enable("jdk.NativeMethodSample").withPeriod(Duration.ofMillis(10));
    profile.recording.start();
    return profile;
  }

  /** The methods that most samples end in; those that wait in a selector are left out. */
  public List<Share> top(int count) throws IOException {
    recording.stop();
    Path file = Files.createTempFile("profile", ".jfr");
    try {
      recording.dump(file);
      Map<String, Integer> ends = new HashMap<>();
      int all = 0;
      for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
        RecordedStackTrace trace = event.getStackTrace();
        if (!SAMPLES.contains(event.getEventType().getName())
            || trace == null
            || trace.getFrames().isEmpty()) {
          continue;
        }
        String method = name(trace.getFrames().get(0));
        if (!isWaiting(method)) {
          ends.merge(method, 1, Integer::sum);
          all++;
        }
      }
      int total = Math.max(1, all);
      return ends.entrySet().stream()
          .map(end -> new Share(end.getKey(), (double) end.getValue() / total))
          .sorted(Comparator.comparingDouble(Share::share).reversed())
          .limit(count)
          .toList();
    } finally {
      Files.delete(file);
    }
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  private static boolean isWaiting(String method) {
    return method.endsWith("EPoll.wait")
        || method.endsWith(".waitForProcessExit0")
        || method.endsWith(".poll")
        || method.endsWith(".accept");
  }

  @Override
  public void close() {
    recording.close();
  }
}
