/**
 * Tests that people can see how Cairn stands: metrics, lag, alerts, readiness, and the operator's
 * handbook.
 */
@NullMarked
package dev.cairn.e2e.ops;

import org.jspecify.annotations.NullMarked;
