/**
 * A small Debian root with podman and Docker: real container engines behind the API that the removal of containers speaks.
 *
 *   bun scripts/container-root.ts          makes what is missing and prints where it is
 *
 * Debian 13, since its podman (5.4) is the first that takes another restart policy for a container that is there.
 */
import { runAsScript, type SmallRoot, smallRoot } from './small-root.ts';

const wanted: SmallRoot = {
  name: 'containers',
  version: 1,
  suite: 'trixie',
  packages: ['podman', 'crun', 'docker.io', 'busybox-static', 'procps'],
  gigabytes: 2,
  script: import.meta.path,
};

/** @throws TestRootError as `smallRoot` */
export const containerRoot = (): string => smallRoot(wanted);

if (import.meta.main) await runAsScript(wanted);
