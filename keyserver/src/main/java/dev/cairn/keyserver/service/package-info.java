/**
 * The recovery service as the owner's side sees it: one method for each route, one exception for
 * each decision.
 */
@NullMarked
package dev.cairn.keyserver.service;

import org.jspecify.annotations.NullMarked;
