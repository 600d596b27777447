package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;

/**
 * The service's answer to the first step of a registration.
 *
 * @param registrationId names this registration
 * @param userId the account that it may become
 * @param response OPAQUE's registration response
 */
public record RegistrationOffer(String registrationId, UserId userId, Bytes response) {}
