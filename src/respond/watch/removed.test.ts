/** What was removed, from a real clean of a real folder, and what its coming back looks like. */
import { afterEach, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Plan, planVersion, type Step } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import { carryOut, takeBack } from '../execute/carry-out.ts';
import { FolderExecutor } from '../execute/folder.ts';
import { sha256Of } from '../execute/look.ts';
import { editStep, quarantineStep } from '../execute/steps.fixture.ts';
import { openLedger } from '../ledger/ledger-file.ts';
import { ledgerPath, newestPlan, storedPlans, vaultPath, writePlan } from '../plan-folder.ts';
import { Vault } from '../vault/vault.ts';
import { type FoundFile, isAwaited, returnedFile, returnedProgram } from './meaning.ts';
import { ProcessBook } from './process-book.ts';
import { countOf, lineHash, placesOf, removedFrom } from './removed.ts';
import { path, processesOf, takenMiner } from './watch.fixture.ts';

const table = '/var/spool/cron/crontabs/root';
const program = '/var/tmp/.x/kdump';
const bad = '*/5 * * * * /var/tmp/.x/kdump -o pool.example.test:3333';
const content = `# mine\n30 2 * * * /usr/bin/true\n${bad}\nfi\nfi\n`;
const body = `#!/bin/sh\n${'x'.repeat(200)}\n`;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'demine-removed-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Case {
  readonly root: string;
  readonly folder: string;
}

async function cleaned(): Promise<Case> {
  const [root, folder] = [temporary(), temporary()];
  for (const [name, text, mode] of [
    [table, content, 0o600],
    [program, body, 0o755],
  ] as const) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text, { mode });
  }
  const kill: Step = {
    id: 'S3',
    phase: 'kill',
    findings: [],
    change: { kind: 'kill', processes: [], programs: [path(program)] },
    preconditions: [],
    reversibility: 'irreversible',
    breaks: [],
    verify: 'ended',
  };
  const plan: Plan = {
    schema: `demine-plan/${planVersion}`,
    made: '2026-01-02T03:04:05.000Z',
    scan: 1,
    target: { kind: 'folder', name: printableText(root), machineId: '', bootId: '' },
    decision: { answer: 'clean', reasons: [] },
    // The last `fi` goes as well, of which another one stays.
    steps: [editStep('S1', root, table, content, [3, 5]), quarantineStep('S2', root, program), kill],
    left: [],
    added: [],
  };
  writePlan(folder, plan);
  await work({ root, folder }, 'clean');
  return { root, folder };
}

async function work({ root, folder }: Case, way: 'clean' | 'undo'): Promise<void> {
  const stored = newestPlan(folder);
  const executor = new FolderExecutor(root, new Vault(vaultPath(stored)));
  const ledger = openLedger(ledgerPath(stored));
  const steps = stored.plan.steps.slice(0, 2);
  try {
    await (way === 'clean' ? carryOut : takeBack)({ steps, executor, ledger, tell: () => {} }, steps);
  } finally {
    ledger.close();
    executor.close();
  }
}

const found = (text: string, type: FoundFile['type'] = 'file'): FoundFile => ({
  type,
  size: text.length,
  sha256: sha256Of(Buffer.from(text)),
  content: Buffer.from(text),
});

describe('what was removed', () => {
  test('is what was carried out, with the lines that stand nowhere else', async () => {
    const { folder } = await cleaned();
    const removed = removedFrom(storedPlans(folder));
    expect([...removed.taken.keys()]).toEqual([program]);
    expect(removed.edited.get(table)?.lines).toEqual(new Set([lineHash(Buffer.from(bad)) ?? '']));
    expect([...removed.hashes]).toEqual([[sha256Of(Buffer.from(body)), path(program)]]);
    // A step that was not carried out is not waited for.
    expect([...removed.programs]).toEqual([]);
    expect(countOf(removed)).toBe(2);
    expect(placesOf(removed).toSorted()).toEqual([path(table), path(program)].toSorted());
  });

  test('is nothing when it was undone', async () => {
    const one = await cleaned();
    await work(one, 'undo');
    expect(readFileSync(join(one.root, table), 'utf8')).toBe(content);
    expect(countOf(removedFrom(storedPlans(one.folder)))).toBe(0);
  });
});

describe('a file', () => {
  test('is back with what was in it, with something else, and as another thing', async () => {
    const { folder } = await cleaned();
    const removed = removedFrom(storedPlans(folder));
    const at = path(program);
    expect(returnedFile(removed, at, undefined)).toBeUndefined();
    expect(returnedFile(removed, at, found(body))).toMatchObject({ kind: 'file', what: at, same: true });
    expect(returnedFile(removed, at, found('else'))).toMatchObject({ kind: 'file', same: false });
    expect(returnedFile(removed, at, found(body, 'link'))).toMatchObject({ kind: 'file', same: false });
    expect(isAwaited(removed, '/var/tmp/.x/other')).toBe(false);
  });

  test('of its owner is his as long as the line is not in it, however it is indented', async () => {
    const { folder } = await cleaned();
    const removed = removedFrom(storedPlans(folder));
    const at = path(table);
    const ask = (text: string) => returnedFile(removed, at, found(text))?.kind;
    expect(ask('# mine\n0 5 * * * /usr/bin/false\nfi\n')).toBeUndefined();
    expect(ask('')).toBeUndefined();
    expect(ask(`  ${bad}\t\r\n`)).toBe('line');
    expect(ask(`x\n${bad}`)).toBe('line');
    expect(ask(`# ${bad}\n`)).toBeUndefined();
    expect(returnedFile(removed, at, { ...found(bad), content: undefined })).toBeUndefined();
  });
});

describe('a process', () => {
  const met = (one: {
    readonly exe: string;
    readonly argv?: readonly string[];
    readonly cgroup?: string;
  }) => {
    const processes = new Map([[9, { parent: 1, startTicks: 5, name: 'x', ...one }]]);
    const process = new ProcessBook(processesOf(processes)).meet(9);
    if (process === undefined) throw new Error('not met');
    return process;
  };
  const never = (): string => {
    throw new Error('asked for a hash');
  };

  test('runs what was taken: as its program, as a script, as a copy', () => {
    expect(returnedProgram(takenMiner, met({ exe: program }), undefined, never)?.what).toBe(path(program));
    const script = met({ exe: '/usr/bin/bash', argv: ['bash', '-u', program, 'now'] });
    expect(returnedProgram(takenMiner, script, undefined, never)?.what).toBe(path(program));
    const copy = met({ exe: '/opt/other' });
    expect(returnedProgram(takenMiner, copy, 4096, () => 'a'.repeat(64))?.what).toBe(path('/opt/other'));
  });

  test('that reads it, has its size, or lives in a container, does not', () => {
    const reads = met({ exe: '/usr/bin/less', argv: ['less', program] });
    expect(returnedProgram(takenMiner, reads, undefined, never)).toBeUndefined();
    expect(returnedProgram(takenMiner, met({ exe: '/opt/a' }), 4096, () => 'b'.repeat(64))).toBeUndefined();
    expect(returnedProgram(takenMiner, met({ exe: '/opt/a' }), 4097, never)).toBeUndefined();
    const inside = met({ exe: program, cgroup: `/docker/${'d'.repeat(64)}` });
    expect(returnedProgram(takenMiner, inside, 4096, never)).toBeUndefined();
  });
});
