/**
 * The public API. A request is read strictly, planned into a job against what a served model offers, and accepted once its first
 * order is durable. Every answer comes from a projection of the facts that each replica keeps for itself, so any replica answers
 * any id.
 */
@NullMarked
package dev.zoetrope.gateway;

import org.jspecify.annotations.NullMarked;
