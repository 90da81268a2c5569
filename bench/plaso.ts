/**
 * Debian 13 with plaso in a root of its own, so that log2timeline reads the very files that we read.
 *
 *   bun bench/plaso.ts          makes what is missing and prints where it is
 *
 * Made once and kept in the user's cache, as the roots of the tests are. Debian 12 has no plaso.
 */
import { runAsScript, type SmallRoot, smallRoot } from '../scripts/small-root.ts';

const wanted: SmallRoot = {
  name: 'plaso',
  version: 1,
  suite: 'trixie',
  packages: ['plaso'],
  whole: true,
  gigabytes: 3,
  script: import.meta.path,
};

/** A root file system that has `log2timeline`. @throws TestRootError as `smallRoot` */
export const plasoRoot = (): string => smallRoot(wanted);

if (import.meta.main) await runAsScript(wanted);
