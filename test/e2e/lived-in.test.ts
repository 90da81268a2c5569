/** Servers that have been in use for years are clean: no entry above unusual and no finding of medium or above. */
import { describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MechanismCase } from '../persistence/case.ts';
import { agents } from '../persistence/lived/agents.ts';
import type { LivedIn } from '../persistence/lived/lived-in.ts';
import { people } from '../persistence/lived/people.ts';
import { platforms } from '../persistence/lived/platforms.ts';
import { services } from '../persistence/lived/services.ts';
import { web } from '../persistence/lived/web.ts';
import { look, lookAt, outcomeOf, raised } from '../persistence/recall.ts';
import { plantOver } from '../persistence/root.ts';

const hosts: readonly LivedIn[] = [...agents, ...web, ...people, ...platforms, ...services];

for (const { reads, ...host } of hosts) {
  describe(host.what, async () => {
    const [mechanism] = reads;
    if (mechanism === undefined) throw new Error('a host of which nothing must be read proves nothing');
    const one: MechanismCase = { ...host, mechanism, dress: 'honest' };
    test('raises nothing, and what could have raised was read', async () => {
      const seen = await look(one);
      const { right, told } = outcomeOf(one, seen);
      expect(right, told).toBe(true);
      const read = new Set(seen.rows.map((row) => row.mechanism));
      expect(reads.filter((wanted) => !read.has(wanted))).toEqual([]);
    });
  });
}

/** The installed Debian of the tests under an overlay, in the private mounts in which tests run. */
async function onDebian(use: (root: string) => Promise<void>): Promise<void> {
  const lower = process.env['DEMINE_TEST_ROOT'];
  if (lower === undefined) throw new Error('scripts/test.ts sets DEMINE_TEST_ROOT');
  const scratch = mkdtempSync(join(tmpdir(), 'demine-lived-'));
  const [upper, work, root] = ['upper', 'work', 'root'].map((name) => join(scratch, name));
  const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  for (const folder of [upper, work, root]) mkdirSync(`${folder}`);
  const mount = Bun.spawnSync(['mount', '-t', 'overlay', 'overlay', '-o', options, `${root}`]);
  try {
    if (mount.exitCode !== 0) throw new Error(`${mount.stderr}`);
    await use(`${root}`);
  } finally {
    Bun.spawnSync(['umount', '--lazy', `${root}`]);
    rmSync(scratch, { recursive: true, force: true });
  }
}

test('Debian as it is installed, with databases and a web server, raises nothing and has nothing unusual', () =>
  onDebian(async (root) => {
    const seen = await lookAt(root);
    expect(raised(seen)).toEqual([]);
    expect(seen.rows.filter(({ judgement }) => judgement !== 'benign')).toEqual([]);
    expect(seen.rows.length).toBeGreaterThan(100);
  }));

test('all of it on one Debian raises nothing', () =>
  onDebian(async (root) => {
    const before = (await lookAt(root)).rows.length;
    const isLocked = (file: LivedIn['planted'][string]): boolean =>
      typeof file === 'object' && 'immutable' in file && file.immutable === true;
    // An overlay has no inode flags.
    plantOver(
      root,
      hosts.filter(({ planted }) => !Object.values(planted).some(isLocked)),
    );
    const seen = await lookAt(root);
    expect(raised(seen)).toEqual([]);
    expect(seen.rows.length).toBeGreaterThan(before + 100);
  }));
