/**
 * Container and pod of a process, from its control group path.
 *
 * Why: a miner in a container is removed by removing the container, and its image and restart policy say how
 * it came and why it comes back.
 * What it is NOT: what the runtime says of it; `docker-state.ts` and `oci-state.ts` read that. A path alone
 * may be made by root of the host. Monitors (`crio-conmon-`, `lxc.monitor`) run on the host and are not it.
 * Sources: the drivers' naming. Docker: `/docker/<id>` (cgroupfs), `docker-<id>.scope` (systemd). Kubernetes:
 * `kubepods[-burstable|-besteffort]-pod<uid>.slice`, `/kubepods/…/pod<uid>/<id>`, where the systemd driver
 * writes `_` for `-` in the uid (kubelet's cgroup manager). Scope prefixes: `cri-containerd-`, `crio-`,
 * `libpod-`, `nerdctl-`. LXC: `lxc.payload.<name>`, `/lxc/<name>`. nspawn: `machine-<name>.scope` or
 * `systemd-nspawn@<name>.service`, escaped as in systemd-escape(1); virtual machines of libvirt share
 * machine.slice as `machine-qemu…` and are none. ECS: `/ecs/<task>/<id>`.
 */
import type { ContainerIdentity, ContainerRuntime } from '../model/identity.ts';
import type { PathText } from '../model/text.ts';

const hexId = /^[0-9a-f]{64}$/;
const scope = /^(docker|cri-containerd|crio|libpod|nerdctl)-([0-9a-f]{64})(?:\.scope)?$/;
const podFolder = /^(?:kubepods-(?:burstable-|besteffort-)?)?pod([0-9a-f]{8}[-_0-9a-f]{1,60})(?:\.slice)?$/;
/** Names that runtimes other than by hash give: lxc.container.conf, `ctr run … NAME`. */
const named = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

const scopeRuntime: Readonly<Record<string, ContainerRuntime>> = {
  docker: 'docker',
  'cri-containerd': 'containerd',
  nerdctl: 'containerd',
  crio: 'crio',
  libpod: 'podman',
};

/** `\x2d` back to `-`, as systemd-escape(1) writes it. */
const unescapedUnit = (name: string): string =>
  name.replace(/\\x([0-9a-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));

function nspawnName(segment: string): string | undefined {
  const match = /^(?:machine-(.{1,200})\.scope|systemd-nspawn@(.{1,200})\.service)$/.exec(segment);
  const name = unescapedUnit(match?.[1] ?? match?.[2] ?? '');
  return named.test(name) && !/^(?:qemu|lxc|xen)-/.test(name) ? name : undefined;
}

/** The innermost container that a control group path names. */
export function containerOf(path: PathText): ContainerIdentity | undefined {
  const segments = path.split('/', 64).filter((segment) => segment !== '' && segment !== '..');
  let pod: string | undefined;
  let found: ContainerIdentity | undefined;
  const settle = (runtime: ContainerRuntime, id: string): void => {
    found = { runtime, id, ...(pod === undefined ? {} : { pod }) };
  };
  let parent = '';
  for (const segment of segments) {
    const inPod = podFolder.exec(segment);
    const inScope = scope.exec(segment);
    if (inPod?.[1] !== undefined) pod = inPod[1].replaceAll('_', '-');
    else if (inScope !== null) settle(scopeRuntime[inScope[1] ?? ''] ?? 'docker', inScope[2] ?? '');
    else if (hexId.test(segment)) {
      if (pod !== undefined) settle('kubernetes', segment);
      else if (segments.includes('docker') || segments.includes('ecs')) settle('docker', segment);
      else settle('containerd', segment);
    } else if (segment.startsWith('lxc.payload.') || segment.startsWith('lxc.payload/')) {
      const name = segment.slice('lxc.payload.'.length);
      if (named.test(name)) settle('lxc', name);
    } else if (parent === 'lxc' || parent === 'lxc.payload') {
      if (named.test(segment)) settle('lxc', segment);
    } else if (parent === 'machine.slice' || segment.startsWith('systemd-nspawn@')) {
      const name = nspawnName(segment);
      if (name !== undefined) settle('nspawn', name);
    }
    parent = segment;
  }
  return found;
}

/** The container that any of a process's paths names. */
export function containerOfPaths(paths: readonly PathText[]): ContainerIdentity | undefined {
  for (const path of paths) {
    const container = containerOf(path);
    if (container !== undefined) return container;
  }
  return undefined;
}
