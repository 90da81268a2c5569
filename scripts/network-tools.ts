/**
 * A Debian root with the programs by which other equipment is told what to block: nft, iptables, BIND's checkers and
 * Suricata. Tests hand them what we write and set, because nobody reads those languages as they do.
 *
 *   bun scripts/network-tools.ts          makes what is missing and prints where it is
 *
 * Kept in the user's cache like the root of `test-root.ts`, and apart from it: a few tests need it, and no scan is to
 * meet a firewall's programs on every host of the tests.
 */
import { runAsScript, type SmallRoot, smallRoot } from './small-root.ts';

const wanted: SmallRoot = {
  name: 'network-tools',
  version: 1,
  suite: 'trixie',
  packages: ['nftables', 'iptables', 'iproute2', 'bind9-utils', 'suricata', 'python3-minimal'],
  gigabytes: 2,
  script: import.meta.path,
};

/** @throws TestRootError as `smallRoot` */
export const networkTools = (): string => smallRoot(wanted);

if (import.meta.main) await runAsScript(wanted);
