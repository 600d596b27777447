/** Asks the authorizer what owners, thieves and services would ask. */
@NullMarked
package dev.cairn.broker;

import org.jspecify.annotations.NullMarked;
