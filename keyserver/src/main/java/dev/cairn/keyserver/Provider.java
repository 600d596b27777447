package dev.cairn.keyserver;

import dev.cairn.keyserver.publish.ConnectionSource;
import dev.cairn.keyserver.recover.AccountPorts;
import dev.cairn.keyserver.service.OwnerPort;
import dev.cairn.keyserver.service.RebasePort;
import dev.cairn.keyserver.service.Signers;

/**
 * The provider's service, as one open home speaks to it.
 *
 * @param connections the way to the log, and what lies there
 * @param owner what an owner may ask for
 * @param rebase uploading the state anew
 * @param account changing what opens the account, for whoever knows the secret
 * @param signers sign all of it
 */
record Provider(
    ConnectionSource connections,
    OwnerPort owner,
    RebasePort rebase,
    AccountPorts account,
    Signers signers) {}
