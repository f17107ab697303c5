/**
 * Prompt expansion: a language model behind any endpoint that speaks OpenAI's chat completions rewrites a short prompt into a
 * caption such as video models are trained on. Off unless a request asks for it; done before a job is accepted, within a deadline,
 * so that what a job was accepted with is all that it ever needs.
 */
@NullMarked
package dev.zoetrope.gateway.expansion;

import org.jspecify.annotations.NullMarked;
