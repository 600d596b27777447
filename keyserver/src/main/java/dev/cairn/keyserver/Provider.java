package dev.cairn.keyserver;

import dev.cairn.keyserver.publish.ConnectionSource;
import dev.cairn.keyserver.service.BundlePort;
import dev.cairn.keyserver.service.OwnerPort;
import dev.cairn.keyserver.service.RebasePort;
import dev.cairn.keyserver.service.RecoveryPort;
import dev.cairn.keyserver.service.Signers;

/**
 * The provider's service, as one open home speaks to it.
 *
 * @param connections the way to the log, and what lies there
 * @param owner what an owner may ask for
 * @param rebase uploading the state anew
 * @param recovery whoever knows the secret
 * @param bundles renewing the bundle
 * @param signers sign all of it
 */
record Provider(
    ConnectionSource connections,
    OwnerPort owner,
    RebasePort rebase,
    RecoveryPort recovery,
    BundlePort bundles,
    Signers signers) {}
