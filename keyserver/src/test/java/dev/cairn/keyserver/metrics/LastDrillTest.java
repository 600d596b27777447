package dev.cairn.keyserver.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LastDrillTest {
  @TempDir Path home;

  @Test
  void aVerifiedDrillCountsEvenIfALaterOneFailed() throws Exception {
    assertEquals(Optional.empty(), LastDrill.verified(home), "never");
    write("{\"verdict\":\"failed\",\"lastVerified\":\"2026-11-01T10:00:00Z\"}");
    assertEquals(Optional.of(Instant.parse("2026-11-01T10:00:00Z")), LastDrill.verified(home));
  }

  @Test
  void whatCannotBeReadIsAsGoodAsNever() throws Exception {
    for (String content :
        List.of("", "{", "[]", "{\"lastVerified\":7}", "{\"lastVerified\":\"soon\"}")) {
      write(content);
      assertEquals(Optional.empty(), LastDrill.verified(home), content);
    }
  }

  private void write(String content) throws Exception {
    Files.writeString(home.resolve("drill.json"), content);
  }
}
