/** Miners in containers of a lab host, as the host sees them. */
import { expect } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TarReader } from '../../src/formats/package/tar.ts';
import { turn } from '../../src/respond/vault/vault.ts';
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

/** A file of the copies of containers in a vault. */
export function copyIn(vault: string, file: string): Buffer {
  const names = readdirSync(vault, { recursive: true, encoding: 'utf8' });
  return readFileSync(join(vault, names.find((name) => name.endsWith(`.container/${file}`)) ?? file));
}

/** What an engine exported, by its path: the content of files. Opened as whoever analyses it does. */
export function exportedFiles(vault: string): ReadonlyMap<string, Buffer> {
  const capsule = copyIn(vault, 'export.tar.neutralised');
  const [head = '', length = ''] =
    /^demine-quarantine\/1 167 (\d+)\n/.exec(capsule.toString('latin1', 0, 99)) ?? [];
  const bytes = Uint8Array.from(capsule.subarray(head.length + Number(length)));
  turn(bytes);
  const found = new Map<string, Buffer>();
  const reader = new TarReader(({ path, type }) => {
    if (type !== 'file') return undefined;
    found.set(path, Buffer.alloc(0));
    return (piece) => void found.set(path, Buffer.concat([found.get(path) ?? Buffer.alloc(0), piece]));
  });
  reader.push(bytes);
  expect(reader.end()).toBe('whole');
  return found;
}
