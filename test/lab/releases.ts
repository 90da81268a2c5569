/**
 * Debian 11, 12 and 13 as `scripts/debian-releases.ts` made them. Whoever imports this makes `scripts/test.ts` make
 * them first.
 */
import type { DebianRelease } from '../../scripts/debian-releases.ts';
import { variable } from './host.ts';

export type MadeRelease = Exclude<DebianRelease, { readonly gone: readonly string[] }>;

/** All of them, also those that no mirror holds any more. */
export const releases = (): readonly DebianRelease[] => JSON.parse(variable('DEMINE_TEST_RELEASES'));

/** Undefined when no mirror holds it any more. */
export const releaseOf = (debian: number): MadeRelease | undefined =>
  releases().find((one): one is MadeRelease => one.debian === debian && !('gone' in one));
