/**
 * Keyserver, log, compactor, storage and recovery, the real classes, in one simulated world in
 * which a seed decides who runs when, what fails and who dies.
 */
@NullMarked
package dev.cairn.e2e.simulation;

import org.jspecify.annotations.NullMarked;
