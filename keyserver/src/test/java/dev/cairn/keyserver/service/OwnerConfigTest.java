package dev.cairn.keyserver.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.keyserver.error.MalformedInputException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerConfigTest {
  @TempDir Path directory;

  @Test
  void readsAddressNameAndAuthority() throws IOException {
    Files.writeString(directory.resolve("ca.pem"), "PEM");
    OwnerConfig config =
        read(
            """
            service.url=https://backup.example/
            server.name=backup.example
            service.ca.file=ca.pem
            """);
    assertEquals(URI.create("https://backup.example"), config.serviceUrl());
    assertEquals("backup.example", config.serverName());
    assertEquals(Optional.of("PEM"), config.certificateAuthority());
  }

  @Test
  void saysAllThatIsWrongAtOnce() {
    MalformedInputException e =
        assertThrows(
            MalformedInputException.class,
            () -> read("service.url=ftp://x\nserver.nam=typo\nservice.ca.file=absent.pem\n"));
    for (String part :
        new String[] {"service.url", "server.nam ", "server.name is missing", "absent.pem"}) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "backup.example",
        "file:///etc",
        "http://",
        "http://a?b=c",
        "http://a#b",
        "http://u:p@a",
        "::"
      })
  void refusesWhatIsNoAddress(String url) {
    assertThrows(
        MalformedInputException.class, () -> read("service.url=" + url + "\nserver.name=n\n"));
  }

  @Test
  void saysThatThereIsNoFile() {
    assertThrows(
        MalformedInputException.class, () -> OwnerConfig.read(directory.resolve("absent")));
  }

  private OwnerConfig read(String text) throws IOException {
    return OwnerConfig.read(Files.writeString(directory.resolve("owner.properties"), text));
  }
}
