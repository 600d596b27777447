package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.schemas.http.CredentialsReplace;

/**
 * The service as a keyserver uses it whose login record or bundle the provider has lost: signed
 * requests, which are refused while both are there. Thread-safe.
 */
public interface EnrolmentPort {
  /**
   * What an enrolment goes on with.
   *
   * @param response OPAQUE's answer
   * @param accountVersion the version that is replaced
   */
  record Offer(Bytes response, long accountVersion) {}

  /**
   * Begins; changes nothing.
   *
   * @param request OPAQUE's registration request
   */
  Offer startEnrolment(OwnerSigner signer, Bytes request);

  /** Puts a password in force; a repeat changes nothing. */
  void enrol(OwnerSigner signer, CredentialsReplace change);
}
