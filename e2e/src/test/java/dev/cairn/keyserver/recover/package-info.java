/** The recovery client over ports that a simulation brings. */
@NullMarked
package dev.cairn.keyserver.recover;

import org.jspecify.annotations.NullMarked;
