package dev.cairn.keyserver.service;

import dev.cairn.crypto.opaque.KsfParameters;

/**
 * How the service introduces itself.
 *
 * @param serverName compared with the pinned one before anything else happens
 * @param suite of OPAQUE
 * @param ksf parameters that the service proposes for the password's key; the client keeps its own
 *     bounds
 * @param maxGuesses wrong attempts before an account is locked
 */
public record ServerDescription(
    String serverName, String suite, KsfParameters ksf, int maxGuesses) {}
