package dev.cairn.schemas.http;

/** Who this service is and what it demands of a password. */
public record ServerInfo(
    String serverName, int apiVersion, String suite, KsfInfo ksf, int maxGuesses) {}
