/**
 * A lab host that has booted: systemd as pid 1, a cron, a journal. Whoever imports this makes `scripts/test.ts` make
 * its root first.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type LabHost, type LabOptions, openLabHost, variable } from './host.ts';

export const bootLabHost = (options: Pick<LabOptions, 'before' | 'size'> = {}): Promise<LabHost> =>
  openLabHost({ size: '256m', ...options, lower: variable('DEMINE_TEST_LAB_ROOT'), init: 'systemd' });

/**
 * Processes of the host whose command begins with one of the words, by their pid there. Looked for from outside, where
 * nothing that is mounted in the host covers them.
 */
export function processesOf(host: LabHost, first: readonly string[]): readonly number[] {
  const namespace = readlinkSync(`${host.root.slice(0, -'/root'.length)}/ns/pid`);
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [word = ''] = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      if (!first.includes(word) || readlinkSync(`/proc/${name}/ns/pid`) !== namespace) return [];
      const pids = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1] ?? '';
      return [Number(pids.split(/\s+/).at(-1))];
    } catch {
      return []; // It ended between two looks.
    }
  });
}
