package dev.cairn.schemas.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RegistryConfigTest {
  @Test
  void withoutAnAddressThereIsNone() {
    assertEquals(Optional.empty(), RegistryConfig.of(Map.of()));
    assertEquals(Optional.empty(), RegistryConfig.of(Map.of(RegistryConfig.URL, " ")));
  }

  @Test
  void addressesAndCredentialsAreTakenApart() {
    RegistryConfig config =
        RegistryConfig.of(
                Map.of(RegistryConfig.URL, "http://me:pa%20ss@a:1/base/, https://b.example"))
            .orElseThrow();
    assertEquals(
        List.of(URI.create("http://a:1/base"), URI.create("https://b.example")),
        config.endpoints().stream().map(RegistryConfig.Endpoint::address).toList());
    assertEquals(Optional.of("me:pa ss"), config.endpoints().get(0).userInfo());
    assertEquals(Optional.empty(), config.endpoints().get(1).userInfo());
    assertFalse(config.toString().contains("pa"), config.toString());
    assertTrue(config.autoRegister());
  }

  @Test
  void allErrorsAreNamedAtOnceAndNoSecretIs() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                RegistryConfig.of(
                    Map.of(
                        RegistryConfig.URL,
                        "ftp://me:geheim@a",
                        RegistryConfig.CREDENTIALS_SOURCE,
                        "SASL_INHERIT",
                        RegistryConfig.AUTO_REGISTER,
                        "yes",
                        "schema.registry.ulr",
                        "x")));
    for (String name :
        List.of(
            RegistryConfig.URL,
            RegistryConfig.CREDENTIALS_SOURCE,
            RegistryConfig.AUTO_REGISTER,
            "schema.registry.ulr")) {
      assertTrue(said(e).contains(name), said(e));
    }
    assertFalse(said(e).contains("geheim"), said(e));
  }

  @Test
  void userInfoIsWantedWhereItIsTheSource() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            RegistryConfig.of(
                Map.of(
                    RegistryConfig.URL,
                    "http://a",
                    RegistryConfig.CREDENTIALS_SOURCE,
                    "USER_INFO")));
  }

  private static String said(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
