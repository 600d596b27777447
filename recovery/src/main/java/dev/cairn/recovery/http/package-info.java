/** The routes, and how failures become answers. */
@NullMarked
package dev.cairn.recovery.http;

import org.jspecify.annotations.NullMarked;
