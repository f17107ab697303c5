/**
 * What clients bring: pictures and videos, as uploads, as files kept earlier, as addresses, as videos made here. Everything is
 * looked at before a job is accepted, so that no worker meets a broken file, and stored where the job finds it.
 */
@NullMarked
package dev.zoetrope.gateway.media;

import org.jspecify.annotations.NullMarked;
