/**
 * A Debian root with programs that read and write Windows' own formats: hives (hivex, libregf, reglookup), event logs
 * (libevtx), links (liblnk) and signed programs (osslsigncode). Tests compare what we read with what they read, and let hivexregedit write hives,
 * because nobody here wrote those programs.
 *
 *   bun scripts/windows-tools.ts          makes what is missing and prints where it is
 *
 * Kept in the user's cache like the root of `test-root.ts`, and apart from it: only tests of these formats need it.
 */
import { runAsScript, type SmallRoot, smallRoot } from './small-root.ts';

const wanted: SmallRoot = {
  name: 'windows-tools',
  version: 1,
  suite: 'bookworm',
  packages: [
    ...['libhivex-bin', 'libwin-hivex-perl', 'libregf-utils', 'reglookup'],
    ...['libevtx-utils', 'liblnk-utils'],
    // PE images: what links and signs them, and one that Debian signed.
    ...['binutils-mingw-w64-x86-64', 'osslsigncode', 'openssl', 'shim-helpers-amd64-signed'],
  ],
  gigabytes: 1,
  script: import.meta.path,
};

/** @throws TestRootError as `smallRoot` */
export const windowsTools = (): string => smallRoot(wanted);

if (import.meta.main) await runAsScript(wanted);
