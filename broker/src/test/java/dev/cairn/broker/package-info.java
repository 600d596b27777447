/** Tests of the authorizer. */
@NullMarked
package dev.cairn.broker;

import org.jspecify.annotations.NullMarked;
