/** Tests of the wallets that an owner signs with. */
@NullMarked
package dev.cairn.keyserver.wallet;

import org.jspecify.annotations.NullMarked;
