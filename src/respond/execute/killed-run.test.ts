/** kill -9 at every boundary of a run: whoever comes next brings it to its end, or takes all of it back. */
import { expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../../model/plan.ts';
import { openLedger } from '../ledger/ledger-file.ts';
import { Vault } from '../vault/vault.ts';
import { carryOut, takeBack } from './carry-out.ts';
import { FolderExecutor } from './folder.ts';
import { crontab, type InfectedRoot, infectedRoot } from './infected-root.fixture.ts';
import { sha256Of } from './look.ts';
import { differences, editStep, pathOf, pictureOf, quarantineStep, stepFor } from './steps.fixture.ts';

const program = join(import.meta.dir, 'killed-run.fixture.ts');
const gone = [
  ...['/etc/crontab', '/etc/ld.so.preload', '/etc/rc-link', '/tmp/.x/kdump', '/tmp/.x/list'],
  ...['/usr/bin/curl', '/usr/bin/ps'],
];

/** Put aside under another name: one has a wrapper in its place, one nothing. */
function putAside({ root }: InfectedRoot): void {
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  writeFileSync(join(root, 'usr/bin/ps.orig'), 'ps of its package');
  writeFileSync(join(root, 'usr/bin/ps'), 'wrapper', { mode: 0o755 });
  writeFileSync(join(root, 'usr/bin/cur'), 'curl of its package');
}

function restoreStep(id: string, root: string, name: string, aside: string): Step {
  const path = pathOf(`/usr/bin/${name}`);
  const content = readFileSync(join(root, 'usr/bin', aside));
  const change = {
    kind: 'restore-file',
    path,
    from: { kind: 'file', path: pathOf(`/usr/bin/${aside}`) },
    sha256: sha256Of(content),
    size: content.length,
    mode: 0o755,
    uid: 0,
    gid: 0,
    modifiedSeconds: 1_500_000_000,
  } as const;
  if (existsSync(join(root, path))) return stepFor(id, root, change);
  return {
    id,
    phase: 'restore',
    findings: [],
    change,
    preconditions: [{ kind: 'absent', path }],
    reversibility: 'reversible',
    breaks: [],
    verify: 'content',
  };
}

const stepsOf = ({ root }: InfectedRoot): readonly Step[] => [
  editStep('S1', root, '/etc/crontab', crontab, [3]),
  quarantineStep('S2', root, '/etc/ld.so.preload'),
  quarantineStep('S3', root, '/etc/rc-link'),
  stepFor('S4', root, { kind: 'set-metadata', path: pathOf('/tmp/.x/list'), mode: 0o600 }),
  quarantineStep('S5', root, '/tmp/.x/kdump'),
  restoreStep('S6', root, 'ps', 'ps.orig'),
  restoreStep('S7', root, 'curl', 'cur'),
];

interface Told {
  readonly count: number;
  readonly ended: boolean;
}

/** @returns what it told, or nothing where it was killed */
async function runKilled(host: InfectedRoot, way: 'clean' | 'undo', most: number): Promise<Told | undefined> {
  const child = Bun.spawn([process.execPath, program, host.root, host.caseFolder, way, String(most)], {
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const text = await new Response(child.stdout).text();
  await child.exited;
  if (child.signalCode === 'SIGKILL') return undefined;
  expect(child.exitCode).toBe(0);
  return JSON.parse(text);
}

async function goOn(host: InfectedRoot, steps: readonly Step[], way: 'clean' | 'undo'): Promise<boolean> {
  const executor = new FolderExecutor(host.root, new Vault(join(host.caseFolder, 'vault')));
  const ledger = openLedger(join(host.caseFolder, 'ledger'));
  try {
    const work = { steps, executor, ledger, tell: () => {} };
    return await (way === 'clean' ? carryOut : takeBack)(work, steps);
  } finally {
    ledger.close();
    executor.close();
  }
}

const leftOver = (host: InfectedRoot): readonly string[] =>
  [...pictureOf(host.root, { folderTimes: false }).keys()].filter((path) => path.includes('.demine'));

/** One life: killed at `most`, then gone on with. @returns false where it was not killed any more */
async function oneLife(killed: 'clean' | 'undo', then: 'clean' | 'undo', most: number): Promise<boolean> {
  const host = infectedRoot();
  try {
    putAside(host);
    const steps = stepsOf(host);
    writeFileSync(join(host.caseFolder, 'steps.json'), JSON.stringify(steps));
    const before = pictureOf(host.root, { folderTimes: true });
    if (killed === 'undo') expect(await goOn(host, steps, 'clean')).toBe(true);
    const told = await runKilled(host, killed, most);
    expect({ most, ended: await goOn(host, steps, then) }).toEqual({ most, ended: true });
    const after = pictureOf(host.root, { folderTimes: true });
    const changed = differences(before, after).filter((path) => gone.includes(path));
    expect({ most, changed }).toEqual({ most, changed: then === 'clean' ? gone : [] });
    if (then === 'undo') expect({ most, differs: differences(before, after) }).toEqual({ most, differs: [] });
    expect(leftOver(host)).toEqual([]);
    return told === undefined;
  } finally {
    host.remove();
  }
}

for (const [killed, then, atLeast] of [
  ['clean', 'clean', 45],
  ['clean', 'undo', 45],
  ['undo', 'undo', 30],
] as const) {
  test(`a ${killed} that is killed at every boundary, and a ${then} after it`, async () => {
    let lives = 0;
    for (let most = 1; ; most += 2) {
      const killedThem = await Promise.all([oneLife(killed, then, most), oneLife(killed, then, most + 1)]);
      lives += killedThem.filter(Boolean).length;
      if (killedThem.includes(false)) break;
    }
    expect(lives).toBeGreaterThan(atLeast);
  }, 180_000);
}
