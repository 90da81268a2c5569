/**
 * Settings of the running kernel below /proc/sys, one at a time.
 *
 * Why: huge pages stay reserved when the miner is gone, and what a line in sysctl.d set stays set when the line goes.
 * Most settings are those of the whole machine whatever namespace they are written from, so a test writes none but those
 * that belong to a namespace of network, IPC or UTS. Sources: sysctl(8); proc_sys(5); namespaces(7).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { errorText } from '../../model/error.ts';
import type { Answer } from '../../native/port.ts';

export interface KernelSettings {
  read(name: string): Answer<string>;
  write(name: string, value: string): Answer<true>;
}

/** Tabs of `net.ipv4.ip_local_port_range` are blanks, and the line has no end. */
const plain = (text: string): string => text.trim().replace(/\s+/g, ' ');

/** `net.ipv4.conf.eth0/1.forwarding` is a dot in a name, which sysctl(8) writes as a slash. */
const pathOf = (name: string): string =>
  `/proc/sys/${name.split('.').join('\0').replaceAll('/', '.').replaceAll('\0', '/')}`;

const isNamespaced = (name: string): boolean =>
  /^net\.|^kernel\.(?:hostname|domainname|msg\w+|shm\w+|sem)$/.test(name);

function answered<T>(action: () => T): Answer<T> {
  try {
    return { status: 'ok', value: action() };
  } catch (thrown) {
    const reason = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : errorText(thrown);
    return { status: reason === 'ENOENT' ? 'absent' : 'error', reason };
  }
}

/** @param underTest whether what belongs to the machine is left alone */
export const kernelSettings = (underTest: boolean): KernelSettings => ({
  read: (name) => answered(() => plain(readFileSync(pathOf(name), 'latin1'))),
  write: (name, value) =>
    underTest && !isNamespaced(name)
      ? { status: 'denied', reason: 'EPERM' }
      : answered(() => {
          writeFileSync(pathOf(name), `${value}\n`);
          return true as const;
        }),
});
