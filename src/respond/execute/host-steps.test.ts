/** Steps of a running host that are not about single files: evidence, containment, settings. In namespaces of the test. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEntry } from '../../model/ledger.ts';
import type { Change, PlannedProcess, Step } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import { failure } from '../../native/failure.ts';
import { liveNative } from '../../native/live.ts';
import type { Answer } from '../../native/port.ts';
import { liveSignals } from '../../native/process-signal.ts';
import { type Firewall, nftFirewall, type Standing } from '../contain/firewall.ts';
import { openLedger } from '../ledger/ledger-file.ts';
import { Vault } from '../vault/vault.ts';
import { carryOut, type Ended, takeBack } from './carry-out.ts';
import { type KernelSettings, kernelSettings } from './kernel-setting.ts';
import { LiveExecutor, type LiveWorld } from './live.ts';
import { sha256Of } from './look.ts';
import { statOf } from './running.ts';

const native = liveNative();
const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();

let folder: string;
const started: Bun.Subprocess[] = [];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'demine-host-')));
});
afterEach(async () => {
  nftFirewall().lift();
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
    await child.exited;
  }
  rmSync(folder, { recursive: true, force: true });
});

function stepOf(
  change: Exclude<Change, { readonly kind: 'by-hand' }>,
  preconditions: Step['preconditions'] = [],
): Step {
  return {
    id: 'S1',
    phase: 'restore',
    findings: [],
    change,
    preconditions,
    reversibility: 'reversible',
    breaks: [],
    verify: 'value',
  };
}

interface Ran {
  readonly ways: readonly string[];
  readonly entries: readonly LedgerEntry[];
}

async function run(step: Step, way: 'clean' | 'undo', world: Partial<LiveWorld> = {}): Promise<Ran> {
  const told: Ended[] = [];
  const ledger = openLedger(join(folder, 'ledger'));
  const executor = new LiveExecutor({
    native,
    signals: liveSignals(),
    vault: new Vault(join(folder, 'vault')),
    ledger,
    earlier: [],
    bootId,
    name: printableText('this host'),
    self: process.pid,
    environment: {},
    ...world,
  });
  try {
    const work = { steps: [step], executor, ledger, tell: (ended: Ended) => void told.push(ended) };
    await (way === 'clean' ? carryOut : takeBack)(work, [step]);
    return {
      ways: told.map((ended) => ('stop' in ended ? `${ended.how} ${ended.stop.id}` : ended.how)),
      entries: [...ledger.entries],
    };
  } finally {
    executor.close();
    ledger.close();
  }
}

describe('evidence', () => {
  const evidenceIn = (): string => join(folder, 'vault/evidence');

  test('a file and the program of a process whose file is gone are kept, listed with their hashes; its environment is not', async () => {
    const program = join(folder, 'miner');
    copyFileSync('/bin/sleep', program);
    const content = readFileSync(program);
    writeFileSync(join(folder, 'list'), 'token=c2VjcmV0\n');
    const child = Bun.spawn([program, '100'], { env: { WALLET_PASSWORD: 'of-the-environment' } });
    started.push(child);
    const startTicks = statOf(native, child.pid)?.startTicks ?? 0;
    rmSync(program);
    const one: PlannedProcess = {
      pid: child.pid,
      startTicks,
      name: printableText('miner'),
      exe: printableText(program),
      role: 'miner',
    };
    const change = {
      kind: 'keep-evidence',
      paths: [printableText(join(folder, 'list')), printableText(join(folder, 'not-there'))],
      processes: [one, { ...one, startTicks: startTicks + 1 }],
    } as const;
    const step = stepOf({ ...change, paths: [...change.paths], processes: [...change.processes] });
    const { ways, entries } = await run(step, 'clean');
    expect(ways).toEqual(['done']);
    const kept = entries.flatMap(({ record }) => (record.kind === 'evidence' ? record.kept : []));
    expect(kept.map(({ source }) => source as string)).toEqual([
      join(folder, 'list'),
      `/proc/${child.pid}/exe`,
      `pid-${child.pid}`,
      'host',
    ]);
    const [, exe] = kept;
    expect(exe?.sha256).toBe(sha256Of(content));
    const parts: Uint8Array[] = [];
    const vault = new Vault(evidenceIn());
    expect(
      vault.content(exe?.file?.replace('.capsule', '') ?? '', (bytes) => parts.push(bytes.slice())),
    ).toBe(true);
    expect(Buffer.compare(Buffer.concat(parts), content)).toBe(0);
    const all = readdirSync(evidenceIn()).map((name) => readFileSync(join(evidenceIn(), name)));
    expect(all.some((bytes) => bytes.includes('of-the-environment'))).toBe(false);
    // Neutralised: no file of the folder is a program.
    expect(all.some((bytes) => bytes.subarray(0, 4).equals(content.subarray(0, 4)))).toBe(false);
    expect((await run(step, 'undo')).ways).toEqual(['undone']);
    expect(readdirSync(evidenceIn()).length).toBe(kept.length);
  });

  test('of another boot nothing is kept for the processes of this one', async () => {
    const step = stepOf({ kind: 'keep-evidence', paths: [], processes: [] }, [
      { kind: 'process', pid: 1, startTicks: 1, bootId: 'another' },
    ]);
    expect((await run(step, 'clean')).ways).toEqual(['stopped other-boot']);
  });
});

describe('containment', () => {
  const block = stepOf({
    kind: 'contain',
    cut: { mode: 'block', addresses: ['192.0.2.66', '2001:db8::66'], names: ['pool.example.test'] },
    seconds: 900,
  });
  const standing = (): Standing | undefined => {
    const now = nftFirewall().standing();
    return now.status === 'ok' ? now.value : undefined;
  };

  test('is set by a step, lifts by itself, and undo lifts it', async () => {
    const { ways, entries } = await run(block, 'clean');
    expect(ways).toEqual(['done']);
    expect(standing()).toMatchObject({
      state: 'standing',
      mode: 'block',
      addresses: ['192.0.2.66', '2001:db8::66'],
    });
    expect(entries.map(({ record }) => record.kind)).toContain('containing');
    expect((await run(block, 'undo')).ways).toEqual(['undone']);
    expect(standing()).toMatchObject({ state: 'none' });
  });

  test('that stood before stays as it is, also when the step is undone', async () => {
    const set = nftFirewall().set({ mode: 'isolate', keep: [], allow: ['192.0.2.7'] }, 60_000);
    expect(set.status).toBe('ok');
    expect((await run(block, 'clean')).ways).toEqual(['done']);
    expect(standing()).toMatchObject({ state: 'standing', mode: 'isolate' });
    expect((await run(block, 'undo')).ways).toEqual(['undone']);
    expect(standing()).toMatchObject({ state: 'standing', mode: 'isolate' });
  });

  test('that would cut the responder off is not set', async () => {
    const isolate = stepOf({ kind: 'contain', cut: { mode: 'isolate' }, seconds: 900 });
    expect((await run(isolate, 'clean')).ways).toEqual(['stopped would-cut-off']);
    expect(standing()).toMatchObject({ state: 'none' });
    expect((await run(isolate, 'clean', { keep: ['192.0.2.7'] })).ways).toEqual(['done']);
    expect(standing()).toMatchObject({ state: 'standing', mode: 'isolate' });
  });

  test('is told where the kernel takes no rules, or refuses them', async () => {
    const absent = (): Answer<Firewall> => failure(-2);
    expect((await run(block, 'clean', { firewall: absent })).ways).toEqual(['stopped no-firewall']);
    const refusing: Firewall = { ...nftFirewall(), set: () => failure(-1) };
    const told = await run(block, 'clean', { firewall: () => ({ status: 'ok', value: refusing }) });
    expect(told.ways).toEqual(['stopped no-firewall']);
  });
});

describe('a setting of the kernel', () => {
  const values = new Map<string, string>();
  const kernel: KernelSettings = {
    read: (name) => {
      const value = values.get(name);
      return value === undefined ? failure(-2) : { status: 'ok', value };
    },
    write: (name, value) => {
      values.set(name, value);
      return { status: 'ok', value: true };
    },
  };
  const step = stepOf({ kind: 'set-kernel-value', name: 'vm.nr_hugepages', was: '1280', value: '0' });

  test('is set back, and undo sets what was there', async () => {
    values.set('vm.nr_hugepages', '1280');
    expect((await run(step, 'clean', { kernel })).ways).toEqual(['done']);
    expect(values.get('vm.nr_hugepages')).toBe('0');
    expect((await run(step, 'undo', { kernel })).ways).toEqual(['undone']);
    expect(values.get('vm.nr_hugepages')).toBe('1280');
  });

  test('that somebody else set meanwhile stays, forwards and backwards', async () => {
    values.set('vm.nr_hugepages', '64');
    expect((await run(step, 'clean', { kernel })).ways).toEqual(['stopped other-value']);
    values.set('vm.nr_hugepages', '1280');
    await run(step, 'clean', { kernel });
    values.set('vm.nr_hugepages', '512');
    expect((await run(step, 'undo', { kernel })).ways).toEqual(['undo-stopped other-value']);
    expect(values.get('vm.nr_hugepages')).toBe('512');
  });

  test('that is as it should be already is left so', async () => {
    values.set('vm.nr_hugepages', '0');
    expect((await run(step, 'clean', { kernel })).ways).toEqual(['done']);
    await run(step, 'undo', { kernel });
    expect(values.get('vm.nr_hugepages')).toBe('0');
  });

  test('that the kernel does not take is told', async () => {
    values.set('vm.nr_hugepages', '1280');
    const deaf: KernelSettings = { ...kernel, write: () => ({ status: 'ok', value: true }) };
    expect((await run(step, 'clean', { kernel: deaf })).ways).toEqual(['stopped failed']);
    expect((await run(step, 'clean', { kernel: { ...kernel, read: () => failure(-2) } })).ways).toEqual([
      'stopped missing',
    ]);
  });

  test('of a namespace is written for real, and one of the machine never is by a test', async () => {
    const real = kernelSettings(true);
    const own = stepOf({ kind: 'set-kernel-value', name: 'net.ipv4.ip_forward', was: '0', value: '1' });
    expect(real.read('net.ipv4.ip_forward')).toEqual({ status: 'ok', value: '0' });
    expect((await run(own, 'clean', { kernel: real })).ways).toEqual(['done']);
    expect(real.read('net.ipv4.ip_forward')).toEqual({ status: 'ok', value: '1' });
    expect((await run(own, 'undo', { kernel: real })).ways).toEqual(['undone']);
    expect(real.read('net.ipv4.ip_forward')).toEqual({ status: 'ok', value: '0' });
    expect(real.write('vm.nr_hugepages', '0')).toMatchObject({ status: 'denied' });
    expect(real.read('net.ipv4.no_such_thing')).toMatchObject({ status: 'absent' });
  });
});
