import { afterEach, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Before } from '../../model/ledger.ts';
import {
  type ChangeOf,
  type ContainerAction,
  containerActions,
  type Precondition,
} from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import type { Performed, Prepared } from '../execute/port.ts';
import { turn } from '../vault/vault.ts';
import { ContainerWork, type ContainerWorld } from './container-work.ts';
import { type EngineHabits, FakeEngine, type MadeContainer } from './engine.fixture.ts';
import { EngineClient } from './engine-client.ts';

const id = 'c0ffee'.padEnd(64, '0');
const miner: MadeContainer = {
  id,
  name: 'shop',
  command: ['sleep', '600'],
  policy: 'always',
  env: ['DB_PASSWORD=hunter2-example', 'PATH=/bin'],
  files: { '/tmp/.x/xmrig': `tar of ${'\x7fELF'.repeat(1000)}` },
};

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const tokenOf = (action: ContainerAction): number => containerActions.indexOf(action);

interface Scene {
  readonly engine: FakeEngine;
  readonly vault: string;
  readonly work: ContainerWork;
  change(action: ContainerAction): ChangeOf<'container'>;
  /** Prepares and performs; how it was before, for undoing. */
  carry(action: ContainerAction): Promise<Before>;
}

function scene(
  made: Partial<MadeContainer> = {},
  habits: EngineHabits = {},
  world: Partial<ContainerWorld> = {},
): Scene {
  const engine = new FakeEngine(habits);
  const vault = mkdtempSync(join(tmpdir(), 'demine-vault-'));
  cleanups.push(
    () => engine.close(),
    () => rmSync(vault, { recursive: true, force: true }),
  );
  engine.create({ ...miner, ...made });
  const work = new ContainerWork({
    vault,
    others: [],
    distrust: () => Promise.resolve(undefined),
    boundary: () => undefined,
    ...world,
  });
  const change = (action: ContainerAction): ChangeOf<'container'> => ({
    kind: 'container',
    action,
    engine: { kind: 'docker', socket: printableText(engine.socket), uid: 0, api: '1.41' },
    container: {
      id,
      name: printableText('shop'),
      image: printableText('alpine:3.19'),
      imageId: printableText(`sha256:${'1'.repeat(64)}`),
    },
    ...(action === 'evidence'
      ? { paths: ['/tmp/.x/xmrig', '/tmp/.x/none'].map((path) => printableText(path)) }
      : {}),
  });
  const carry = async (action: ContainerAction): Promise<Before> => {
    const prepared = await work.prepare(change(action), []);
    if (prepared.kind !== 'ready') throw new Error(JSON.stringify(prepared));
    expect(await work.perform(change(action), `S1-${tokenOf(action)}`)).toMatchObject({ kind: 'done' });
    return prepared.before;
  };
  return { engine, vault, work, change, carry };
}

const stateOf = (pid: number | undefined): string =>
  /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';

/** A signal that was sent is not there at once. */
async function stands(pid: number | undefined): Promise<boolean> {
  for (let waited = 0; waited < 40 && stateOf(pid) !== 'T'; waited += 1) await Bun.sleep(25);
  return stateOf(pid) === 'T';
}

async function restarted(engine: FakeEngine): Promise<boolean> {
  const before = engine.pidOf(id);
  if (before !== undefined) process.kill(before, 'SIGKILL');
  for (let waited = 0; waited < 40; waited += 1) {
    await Bun.sleep(50);
    const now = engine.pidOf(id);
    if (now !== undefined && now !== before) return true;
  }
  return false;
}

const reason = (outcome: Prepared | Performed): string =>
  outcome.kind === 'stopped' ? `${outcome.stop.id}: ${outcome.stop.detail}` : outcome.kind;

test('killed it comes back; without its policy, standing still and ended it does not, until all is undone', async () => {
  const { engine, work, change, carry } = scene();
  expect(await restarted(engine)).toBe(true);

  const policy = await carry('no-restart');
  expect(engine.policyOf(id)).toBe('no');
  const running = await carry('pause');
  const pid = engine.pidOf(id);
  expect(await stands(pid)).toBe(true);
  await carry('evidence');
  await carry('export');
  expect(engine.statusOf(id)).toBe('paused');
  const paused = await carry('stop');
  expect({ status: engine.statusOf(id), proc: existsSync(`/proc/${pid}`) }).toEqual({
    status: 'exited',
    proc: false,
  });
  await Bun.sleep(400);
  expect(engine.statusOf(id)).toBe('exited');

  // The last one first.
  expect(reason(await work.revert(change('stop'), paused))).toBe('done');
  expect(engine.statusOf(id)).toBe('paused');
  expect(reason(await work.revert(change('pause'), running))).toBe('done');
  expect(engine.statusOf(id)).toBe('running');
  expect(stateOf(engine.pidOf(id))).not.toBe('T');
  expect(reason(await work.revert(change('no-restart'), policy))).toBe('done');
  expect(engine.policyOf(id)).toBe('always');
  expect(await restarted(engine)).toBe(true);
});

test('an engine that kills nothing that stands still is told to let go and to kill', async () => {
  const { engine, carry } = scene({}, { killsPaused: 'refuses' });
  await carry('no-restart');
  await carry('pause');
  await carry('stop');
  expect(engine.statusOf(id)).toBe('exited');
  expect(engine.asked.filter((one) => /kill|unpause/.test(one)).map((one) => one.split('/').at(-1))).toEqual([
    'kill',
    'unpause',
    'kill',
  ]);
});

test('each can be begun again, and changes nothing that is as it should be', async () => {
  const { engine, work, change, carry } = scene();
  for (const action of ['no-restart', 'pause', 'evidence', 'export', 'stop'] as const) {
    await carry(action);
    const orders = (): number => engine.asked.filter((one) => one.startsWith('POST')).length;
    const before = orders();
    expect(reason(await work.perform(change(action), `S1-${tokenOf(action)}`))).toBe('done');
    expect(orders()).toBe(before);
  }
});

test('a run that is cut off at any boundary is brought to its end, forwards and backwards', async () => {
  const steps = ['no-restart', 'pause', 'evidence', 'export', 'stop'] as const;
  const boundaries = [
    ...['container-policy', 'container-paused', 'container-copied', 'container-exported'],
    ...['container-signalled', 'container-started', 'container-let-go'],
  ];
  for (const cut of boundaries) {
    let armed = cut;
    const { engine, work, change } = scene(
      {},
      {},
      {
        boundary: (done) => {
          if (done !== armed) return;
          armed = '';
          throw new Error('cut off');
        },
      },
    );
    const befores = new Map<ContainerAction, Before>();
    const again = async (attempt: () => Promise<Performed>): Promise<Performed> => {
      try {
        return await attempt();
      } catch {
        return await attempt();
      }
    };
    for (const action of steps) {
      const prepared = await work.prepare(change(action), []);
      if (prepared.kind === 'ready') befores.set(action, prepared.before);
      expect(reason(await again(() => work.perform(change(action), `S1-${tokenOf(action)}`)))).toBe('done');
    }
    expect({ cut, status: engine.statusOf(id), policy: engine.policyOf(id) }).toEqual({
      ...{ cut, status: 'exited', policy: 'no' },
    });
    for (const action of steps.toReversed()) {
      const before = befores.get(action);
      if (before === undefined) throw new Error(action);
      expect(reason(await again(() => work.revert(change(action), before)))).toBe('done');
    }
    expect({ cut, armed, status: engine.statusOf(id), policy: engine.policyOf(id) }).toEqual({
      ...{ cut, armed: '', status: 'running', policy: 'always' },
    });
  }
});

test('evidence is what the engine says without secrets, and named files, neutralised and for their owner alone', async () => {
  const { vault, work, change } = scene();
  const done = await work.perform(change('evidence'), 'S3-7');
  expect(done).toEqual({
    kind: 'done',
    notes: [
      { part: 'copied', detail: '/tmp/.x/xmrig → file-1.tar.neutralised' },
      { part: 'not-copied', detail: expect.stringContaining('/tmp/.x/none (HTTP 404') },
    ],
    kept: ['inspect.json', 'changes.txt', 'file-1.tar.neutralised'].map((name) =>
      expect.objectContaining({
        file: `S3-7.container/${name}`,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      }),
    ),
  });
  const folder = join(vault, 'S3-7.container');
  expect(readdirSync(folder).toSorted()).toEqual([
    ...['changes.txt', 'file-1.tar.neutralised', 'inspect.json', 'kept.json'],
  ]);
  const said = readFileSync(join(folder, 'inspect.json'), 'utf8');
  expect(said).toContain('"DB_PASSWORD=***"');
  expect(said).not.toContain('hunter2');
  expect(JSON.parse(said)).toMatchObject({ Id: id, HostConfig: { RestartPolicy: { Name: 'always' } } });
  expect(readFileSync(join(folder, 'changes.txt'), 'utf8')).toBe('/tmp\n/tmp/.x\n');
  const capsule = join(folder, 'file-1.tar.neutralised');
  expect(statSync(capsule).mode & 0o777).toBe(0o400);
  const bytes = readFileSync(capsule);
  expect(bytes.includes('\x7fELF')).toBe(false);
  const [head, length = ''] = /^demine-quarantine\/1 167 (\d+)\n/.exec(bytes.toString('latin1')) ?? [];
  const content = Uint8Array.from(bytes.subarray((head ?? '').length + Number(length)));
  turn(content);
  expect(Buffer.from(content).toString('latin1')).toBe(miner.files?.['/tmp/.x/xmrig'] ?? '');
});

test('a container that removes itself is gone when it has ended, and that is told', async () => {
  const { work, change, engine } = scene({ policy: 'no', autoRemove: true });
  expect(await work.perform(change('stop'), 'S1-1')).toEqual({
    kind: 'done',
    notes: [{ part: 'removed', detail: '' }],
  });
  expect(engine.statusOf(id)).toBeUndefined();
  const prepared = await work.prepare(change('stop'), []);
  expect(reason(prepared)).toStartWith('container-gone');
});

test('another start by somebody, another image and another container stop a step; one by its policy does not', async () => {
  const { engine, work, change } = scene();
  const client = new EngineClient(change('pause').engine);
  const seen = await client.inspect(id);
  if (seen.status !== 'ok') throw new Error(seen.reason);
  const planned = (more: object = {}): readonly Precondition[] => [
    {
      kind: 'container',
      id,
      imageId: seen.value.imageId,
      startedAt: seen.value.startedAt,
      restarts: seen.value.restarts,
      ...more,
    },
  ];
  expect(reason(await work.prepare(change('pause'), planned()))).toBe('ready');
  const image = await work.prepare(change('pause'), planned({ imageId: printableText('sha256:other') }));
  expect(reason(image)).toStartWith('other-container');
  expect(await restarted(engine)).toBe(true);
  expect(reason(await work.prepare(change('pause'), planned()))).toBe('ready');
  await engine.restart(id);
  expect(reason(await work.prepare(change('pause'), planned()))).toStartWith('other-container');
});

test('an engine that is not trusted is not spoken to', async () => {
  const { engine, work, change } = scene({}, {}, { distrust: () => Promise.resolve('other-program') });
  const before: Before = {
    kind: 'container',
    container: {
      id,
      imageId: printableText(''),
      state: 'running',
      startedAt: '',
      restarts: 0,
      policy: { name: 'always', retries: 0 },
    },
  };
  for (const outcome of [
    await work.prepare(change('stop'), []),
    await work.perform(change('stop'), 'S1-1'),
    await work.revert(change('stop'), before),
  ]) {
    expect(reason(outcome)).toBe('no-engine: other-program');
  }
  expect(engine.asked).toEqual([]);
});

const says = (status: number, body: object) => (): Response => Response.json(body, { status });
const orders = /POST .*\/(?:update|pause|kill)$/;

test.each([
  ['says that it did and did not', () => new Response(null, { status: 204 })],
  ['refuses with words that act on a terminal', says(500, { message: '\x1b[2J\u202eno' })],
  ['sends elsewhere', () => new Response(null, { status: 307, headers: { Location: 'http://192.0.2.1/' } })],
])('an engine that %s stops the step, and the container is as it was', async (_, answer) => {
  const { engine, work, change } = scene({}, {}, { settlesMs: 300 });
  engine.habits = { instead: (method, path) => (orders.test(`${method} ${path}`) ? answer() : undefined) };
  for (const action of ['no-restart', 'pause', 'stop'] as const) {
    const outcome = await work.perform(change(action), 'S1-1');
    expect(outcome.kind).toBe('stopped');
    if (outcome.kind === 'stopped') {
      expect(['engine-refused', 'container-runs']).toContain(outcome.stop.id);
      expect(outcome.stop.detail).not.toMatch(/[\x00-\x1f\u202e]/);
    }
  }
  expect({ status: engine.statusOf(id), policy: engine.policyOf(id) }).toEqual({
    status: 'running',
    policy: 'always',
  });
});

test('evidence that cannot be had stops the step; nothing of it is left in the vault', async () => {
  const { engine, vault, work, change } = scene();
  engine.habits = { instead: (_, path) => (path.endsWith('/json') ? new Response('{') : undefined) };
  expect(reason(await work.perform(change('evidence'), 'S1-1'))).toBe('no-engine: not JSON');
  expect(readdirSync(vault)).toEqual([]);
});
