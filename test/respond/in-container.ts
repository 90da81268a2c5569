/** Miners in containers of a lab host, as the host sees them. */
import { expect } from 'bun:test';
import { inImage } from '../lab/containers.ts';
import type { LabHost } from '../lab/harness.ts';

/** By their pids on the host: those of a container are in another namespace below it. */
export async function minersIn(host: LabHost): Promise<readonly number[]> {
  const { stdout } = await host.run(['pgrep', '-f', `^${inImage} `]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

/** Those that run beside the known ones, waited for. */
async function others(host: LabHost, known: readonly number[]): Promise<readonly number[]> {
  for (let waited = 0; waited < 100; waited += 1) {
    const found = (await minersIn(host)).filter((pid) => !known.includes(pid));
    if (found.length > 0) return found;
    await Bun.sleep(100);
  }
  return [];
}

/** Killing it is not enough, or there would be nothing to show here. */
export async function comesBack(host: LabHost): Promise<boolean> {
  const killed = await others(host, []);
  expect(killed).not.toEqual([]);
  await host.run(['kill', '-9', ...killed.map(String)]);
  return (await others(host, killed)).length > 0;
}
