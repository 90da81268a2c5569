import { expect, test } from 'bun:test';
import { processFact } from '../../../test/process-fact.ts';
import type { EngineContainer } from '../../formats/engine-container.ts';
import type { ContainerIdentity } from '../../model/identity.ts';
import { type Plan, planSchema, type Step } from '../../model/plan.ts';
import type { ResultMiner, ResultPersistence, ScanResult } from '../../model/result.ts';
import { printableText } from '../../model/text.ts';
import { base } from '../../report/base.fixture.ts';
import { findingRow, processRow, since } from '../../report/rows.fixture.ts';
import { sha256Of } from '../execute/look.ts';
import type { CaseView, Survey, SurveyedFile } from './case-view.ts';
import type { SurveyedContainer } from './container-view.ts';
import { editPlan } from './edit-plan.ts';
import { planCase } from './plan-case.ts';

const text = printableText;
const id = 'c0ffee'.padEnd(64, '0');
const folder = `/var/lib/docker/containers/${id}`;

const reason = (name: string) => ({ id: name, texts: { en: '', 'zh-CN': '' } });
const row = (more: Partial<ResultPersistence> = {}): ResultPersistence => ({
  id: 'P1',
  mechanism: 'docker-container',
  source: `${folder}/config.v2.json`,
  user: 'root',
  trigger: 'boot, restart always',
  command: '/tmp/xmrig -o stratum+tcp://192.0.2.66:3333',
  decoded: [],
  target: '/tmp/xmrig',
  active: true,
  judgement: 'malicious',
  reasons: [reason('miner-command'), reason('temporary-path'), reason('host-access')],
  text: '',
  ...more,
});

/** A miner with two witnesses, in the container. */
function minerIn(container: ContainerIdentity, pid = 40): Partial<ScanResult> {
  const miner: ResultMiner = {
    pid,
    startTime: since,
    exe: '/app/m',
    deleted: false,
    user: 'root',
    container: {
      runtime: container.runtime,
      id: container.id,
      ...(container.pod ? { pod: container.pod } : {}),
    },
    cpu: 100,
    commandLine: '/app/m',
    hidden: false,
    state: 'running',
    score: 99,
    findings: ['F1', 'F2'],
    persistence: [],
  };
  const said = { title: 'x', explanation: 'x' };
  return {
    miners: [miner],
    processes: [processRow({ pid, exe: '/app/m', judgement: 'mining', findings: ['F1', 'F2'] })],
    findings: (['registers', 'traffic'] as const).map((witness, at) =>
      findingRow(`F${at + 1}`, said, said, { rule: 'cpu.randomx-registers', pid, witness, bearing: 'proof' }),
    ),
  };
}

function viewOf(result: Partial<ScanResult>, processes: CaseView['processes'] = []): CaseView {
  const whole: ScanResult = {
    ...base,
    verdict: 'mining',
    state: 'running',
    why: [],
    score: 99,
    findings: [],
    miners: [],
    persistence: [],
    processes: [],
    ...result,
  };
  return { scan: 1, result: whole, processes, files: new Map(), settings: new Map(), putBack: [] };
}

const engine = { kind: 'docker', socket: text('/run/docker.sock'), uid: 0, api: '1.41' } as const;
const surveyed = (more: Partial<EngineContainer> = {}): SurveyedContainer => ({
  id,
  name: text('shop'),
  image: text('alpine:3.19'),
  imageId: text('sha256:11'),
  state: 'running',
  startedAt: text('2024-01-02T03:04:05Z'),
  pid: 40,
  restarts: 2,
  policy: { name: 'on-failure', retries: 5 },
  removesItself: false,
  ports: [text('0.0.0.0:80->80/tcp')],
  binds: [
    { source: '/', destination: '/host', readOnly: false },
    { source: '/srv/www', destination: '/www', readOnly: false },
  ],
  volumes: [text('data (/data)')],
  network: '',
  project: text('web'),
  composeFiles: [text('/srv/web/compose.yaml')],
  engine,
  changesPolicy: true,
  size: 7_000_000_000,
  inItsNetwork: [text('sidecar')],
  ofItsProject: [text('db')],
  ...more,
});

function fileAt(path: string, content: string): SurveyedFile {
  const bytes = Buffer.from(content);
  return {
    file: {
      path: text(path),
      sha256: sha256Of(bytes),
      state: {
        ...{ type: 'file', device: '8:1', inode: '7', size: bytes.length, mode: 0o600, uid: 0, gid: 0 },
        ...{ links: 1, accessedNs: '0', modifiedNs: '0', changedNs: '0', attributes: [] },
      },
      folder: { accessedNs: '0', modifiedNs: '0' },
    },
    owner: { kind: 'none' },
    content: bytes,
  };
}

function surveyOf(one?: SurveyedContainer, files: readonly SurveyedFile[] = []): Survey {
  return {
    at: (path) =>
      files.find(({ file }) => file.path === path) ?? { id: 'missing', subject: text(path), detail: '' },
    copies: new Map(),
    containers: { containers: new Map(one === undefined ? [] : [[one.id, one]]), distrusted: [] },
  };
}

const wish = {
  made: '2024-01-02T03:04:05Z',
  target: { kind: 'live', name: text('host') },
  added: [],
} as const;

function planned(view: CaseView, survey: Survey): Plan {
  const plan = planCase(view, survey, wish);
  expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  return plan;
}

const said = ({ phase, change }: Step): string =>
  `${phase} ${change.kind === 'container' ? change.action : change.kind === 'by-hand' ? change.task : change.kind}`;
const hand = (plan: Plan, task: string) =>
  plan.steps.flatMap(({ change }) => (change.kind === 'by-hand' && change.task === task ? [change] : []));

test('policy, standing still, evidence, end, in this order; removing is for people, with the command', () => {
  const plan = planned(viewOf({ persistence: [row()] }), surveyOf(surveyed()));
  const own = plan.steps.filter(({ change }) => change.kind === 'container');
  expect(own.map(said)).toEqual([
    ...['freeze no-restart', 'freeze pause', 'freeze evidence', 'kill export', 'kill stop'],
  ]);
  expect(own.map(({ reversibility }) => reversibility)).toEqual([
    ...['reversible', 'reversible', 'reversible', 'reversible', 'restorable'],
  ] as never);
  expect(own[0]?.change).toMatchObject({ policy: 'on-failure:5', engine, container: { id, name: 'shop' } });
  expect(own[2]?.change).toMatchObject({ paths: ['/tmp/xmrig'] });
  expect(own.every(({ preconditions }) => preconditions[0]?.kind === 'container')).toBe(true);
  expect(own[3]?.change).toMatchObject({ size: 7_000_000_000 });
  expect(own[4]?.breaks.map((one) => `${one.id} ${one.subject}`)).toEqual([
    'memory-lost shop',
    'published-port 0.0.0.0:80->80/tcp',
    'shares-container sidecar',
    'same-project db',
    'volume data (/data)',
  ]);
  expect(hand(plan, 'remove-container')).toMatchObject([
    {
      subjects: ['docker shop alpine:3.19 c0ffee000000', '/srv/web/compose.yaml'],
      command: 'docker rm c0ffee000000 && docker image rm alpine:3.19',
    },
  ]);
  expect(plan.steps.some(({ change }) => change.kind === 'quarantine' || change.kind === 'kill')).toBe(false);
});

test('nothing of the host waits for the whole file system to be kept, and no container ends before its own is', () => {
  const other = 'dec0de'.padEnd(64, '0');
  const process = processFact(41, { exe: { path: text('/tmp/.x/kdump'), deleted: false, memfd: false } });
  const mining = minerIn({ runtime: 'docker', id });
  const [ofContainer] = mining.miners ?? [];
  if (ofContainer === undefined) throw new Error('no miner');
  const { container: _, ...ofHost } = ofContainer;
  const onHost = (minerIn({ runtime: 'docker', id }, 41).findings ?? []).map((one) => ({
    ...one,
    id: `${one.id}1`,
  }));
  const second = row({ id: 'P2', source: `/var/lib/docker/containers/${other}/config.v2.json` });
  const view = viewOf(
    {
      ...mining,
      miners: [ofContainer, { ...ofHost, pid: 41, exe: '/tmp/.x/kdump' }],
      findings: [...(mining.findings ?? []), ...onHost],
      processes: [processRow({ pid: 41, exe: '/tmp/.x/kdump', judgement: 'mining', findings: ['F1', 'F2'] })],
      persistence: [row(), second],
    },
    [process],
  );
  const both = new Map([
    [id, surveyed()],
    [other, { ...surveyed(), id: other, name: text('cache') }],
  ]);
  const survey: Survey = { ...surveyOf(), containers: { containers: both, distrusted: [] } };
  const ends = planned(view, survey).steps.filter(({ phase }) => phase === 'kill');
  expect(
    ends.map(({ change }) =>
      change.kind === 'container' ? `${change.action} ${change.container.name}` : change.kind,
    ),
  ).toEqual(['kill', 'export shop', 'stop shop', 'export cache', 'stop cache']);
});

test('the end of a container cannot be moved before its export', () => {
  const plan = planned(viewOf({ persistence: [row()] }), surveyOf(surveyed()));
  const idOf = (action: string): string =>
    plan.steps.find(({ change }) => change.kind === 'container' && change.action === action)?.id ?? '';
  const never = (): Plan => plan;
  const move = (step: string, before: string) => editPlan(plan, { kind: 'move', step, before }, never);
  expect(move(idOf('stop'), idOf('export'))).toBe('order');
  expect(move(idOf('evidence'), idOf('pause'))).toBe('order');
  const dropped = editPlan(plan, { kind: 'drop', step: idOf('export') }, never);
  expect(typeof dropped === 'string' ? dropped : dropped.steps.length).toBe(plan.steps.length - 1);
});

test('what it could write on the host is named, with what was found there', () => {
  const plan = planned(
    viewOf({
      persistence: [
        row(),
        row({ id: 'P2', mechanism: 'cron-drop-in', source: '/etc/cron.d/x', judgement: 'suspicious' }),
        row({ id: 'P3', mechanism: 'cron-drop-in', source: '/etc/cron.d/y', judgement: 'benign' }),
      ],
    }),
    surveyOf(surveyed()),
  );
  expect(hand(plan, 'check-binds').map(({ subjects }) => subjects.map(String))).toEqual([
    ['/ → /host', 'P2 /etc/cron.d/x'],
  ]);
});

test('one that removes itself when it ends needs to be accepted, and has no policy', () => {
  const one = surveyed({ removesItself: true, policy: { name: 'no', retries: 0 } });
  const own = planned(viewOf({ persistence: [row()] }), surveyOf(one)).steps.filter(
    ({ change }) => change.kind === 'container',
  );
  expect(own.map(said)).toEqual(['freeze pause', 'freeze evidence', 'kill export', 'kill stop']);
  expect(own[3]).toMatchObject({
    reversibility: 'irreversible',
    breaks: [{ id: 'removes-itself' }, {}, {}, {}, {}, {}],
  });
});

test('one that has ended is not paused, and its policy goes all the same', () => {
  const plan = planned(viewOf({ persistence: [row()] }), surveyOf(surveyed({ state: 'exited' })));
  expect(plan.steps.filter(({ change }) => change.kind === 'container').map(said)).toEqual([
    'freeze no-restart',
    'freeze evidence',
    'kill export',
  ]);
});

test('an engine that fixes the policy for good is not asked to change it, and people are told what that means', () => {
  const one = { ...surveyed(), changesPolicy: false };
  const plan = planned(viewOf({ persistence: [row()] }), surveyOf(one));
  expect(plan.steps.filter(({ change }) => change.kind === 'container').map(said)).toEqual([
    'freeze pause',
    'freeze evidence',
    'kill export',
    'kill stop',
  ]);
  expect(plan.left.map(({ subject, what, why }) => `${subject} ${what} ${why}`)).toEqual([
    'container c0ffee000000 docker shop: on-failure policy-fixed',
  ]);
});

test('a miner in a container of the owner’s: the container, and not its processes one by one', () => {
  const process = processFact(40, { container: { runtime: 'docker', id } });
  const plan = planned(viewOf(minerIn({ runtime: 'docker', id }), [process]), surveyOf(surveyed()));
  expect(plan.steps.map(({ change }) => change.kind).filter((kind) => kind !== 'by-hand')).toEqual([
    ...['container', 'container', 'container', 'container', 'container'],
  ] as never);
  expect(plan.steps.find(({ change }) => change.kind === 'container')?.findings).toEqual(['F1', 'F2']);
  expect(plan.left).toEqual([]);
});

test('what the owner declared stays', () => {
  const excused = [{ rule: 'cpu.randomx-registers', pid: 40, reason: 'ours', title: '' }];
  const plan = planned(viewOf({ ...minerIn({ runtime: 'docker', id }), excused }), surveyOf(surveyed()));
  expect(plan.steps.some(({ change }) => change.kind === 'container')).toBe(false);
  expect(plan.left.map(({ why }) => why)).toEqual(['declared']);
});

test('one signal alone plans nothing', () => {
  const weak = row({ judgement: 'suspicious', reasons: [reason('host-access')] });
  const plan = planned(viewOf({ persistence: [weak] }), surveyOf(surveyed()));
  expect(plan.steps.some(({ change }) => change.kind === 'container')).toBe(false);
  expect(plan.left.map(({ subject, why }) => `${subject} ${why}`)).toEqual(['P1 one-signal']);
});

const hostConfig = `{"Binds":["/:/host"],"RestartPolicy":{"Name":"always","MaximumRetryCount":0},"AutoRemove":false}`;

test('with its daemon down the policy goes in its file, and only there', () => {
  const file = fileAt(`${folder}/hostconfig.json`, hostConfig);
  const plan = planned(viewOf({ persistence: [row()] }), surveyOf(undefined, [file]));
  const [edit] = plan.steps.filter(({ change }) => change.kind === 'edit-file');
  expect(edit).toMatchObject({
    phase: 'timers',
    reversibility: 'reversible',
    change: {
      path: `${folder}/hostconfig.json`,
      edits: [
        {
          line: 1,
          before: '"RestartPolicy":{"Name":"always","MaximumRetryCount":0}',
          after: '"RestartPolicy":{"Name":"no","MaximumRetryCount":0}',
        },
      ],
      after: sha256Of(Buffer.from(hostConfig.replace('always', 'no'))),
    },
    preconditions: [{ kind: 'file' }, { kind: 'no-daemon', programs: ['dockerd'] }],
  });
});

test.each([
  ['a policy that is there twice', hostConfig.replace('"AutoRemove"', '"RestartPolicy"')],
  ['a policy in other letters, which Docker takes', hostConfig.replace('"AutoRemove"', '"restartpolicy"')],
  ['no JSON', hostConfig.slice(0, -1)],
  ['a policy over several lines', hostConfig.replace('"Name":', '"Name":\n')],
  ['a policy that is filled up', hostConfig.replace('"Name"', `"x":"${'y'.repeat(5000)}","Name"`)],
  ['no policy', '{"RestartPolicy":{"Name":"no","MaximumRetryCount":0}}'],
])('%s is not edited', (_, content) => {
  const file = fileAt(`${folder}/hostconfig.json`, content);
  const plan = planned(viewOf({ persistence: [row()] }), surveyOf(undefined, [file]));
  expect(plan.steps.some(({ change }) => change.kind === 'edit-file')).toBe(false);
  expect(hand(plan, 'remove-container')).toHaveLength(1);
});

test('with a daemon that runs and was not spoken to nothing is written to its files; people get the command', () => {
  const daemon = processFact(9, { exe: { path: text('/usr/bin/dockerd'), deleted: false, memfd: false } });
  const file = fileAt(`${folder}/hostconfig.json`, hostConfig);
  const plan = planned(viewOf({ persistence: [row()] }, [daemon]), surveyOf(undefined, [file]));
  expect(plan.steps.some(({ change }) => change.kind === 'edit-file')).toBe(false);
  expect(hand(plan, 'remove-container')).toMatchObject([
    {
      command:
        'docker update --restart no c0ffee000000 && docker kill c0ffee000000 && docker rm c0ffee000000',
    },
  ]);
});

test('a pod is for the cluster, by name, whatever its engine says', () => {
  const pod = { runtime: 'kubernetes', id, pod: 'web/cache-7d9f-x2x' } as const;
  const process = processFact(40, { container: pod });
  const plan = planned(viewOf(minerIn(pod), [process]), surveyOf(surveyed()));
  expect(plan.steps.some(({ change }) => change.kind === 'container')).toBe(false);
  expect(hand(plan, 'remove-workload')[0]?.command).toStartWith(
    'kubectl -n web get pod cache-7d9f-x2x -o jsonpath=',
  );
  // Held and ended here until somebody does.
  expect(plan.steps.filter(({ change }) => change.kind === 'kill').length).toBeGreaterThan(0);
  const order = plan.steps.map(said);
  expect(order.indexOf('persistence remove-workload')).toBeLessThan(order.indexOf('kill kill'));
});

test('names that a shell would take for more are in no command', () => {
  const hostile = { runtime: 'kubernetes', id, pod: 'web/$(reboot)' } as const;
  const [workload] = hand(planned(viewOf(minerIn(hostile)), surveyOf()), 'remove-workload');
  expect(workload).toBeDefined();
  expect(workload?.command).toBeUndefined();
  const image = surveyed({ image: text('a; reboot'), imageId: text('`reboot`') });
  const [removal] = hand(planned(viewOf({ persistence: [row()] }), surveyOf(image)), 'remove-container');
  expect(removal?.command).toBe(text('docker rm c0ffee000000'));
});

test('a manifest that stands in a file is deleted by its file', () => {
  const manifest = row({
    mechanism: 'kubernetes-manifest',
    source: '/var/lib/rancher/k3s/server/manifests/x.yaml',
    line: 7,
  });
  expect(hand(planned(viewOf({ persistence: [manifest] }), surveyOf()), 'remove-workload')).toMatchObject([
    { command: 'kubectl delete -f /var/lib/rancher/k3s/server/manifests/x.yaml' },
  ]);
});

test('a socket that was not spoken to is told with why, where a container would have needed it', () => {
  const distrusted = (['other-program', 'asleep', 'no-answer'] as const).map((why) => ({
    socket: text(`/run/${why}.sock`),
    why,
  }));
  const survey: Survey = { ...surveyOf(), containers: { containers: new Map(), distrusted } };
  const plan = planned(viewOf({ persistence: [row()] }), survey);
  expect(plan.left.map(({ subject, why, addable }) => `${subject} ${why} ${addable}`)).toEqual([
    '/run/other-program.sock engine-distrusted false',
    '/run/asleep.sock engine-asleep false',
    '/run/no-answer.sock engine-silent false',
  ]);
  const covered: Survey = {
    ...surveyOf(),
    containers: { containers: new Map([[id, surveyed()]]), distrusted },
  };
  expect(planned(viewOf({ persistence: [row()] }), covered).left).toEqual([]);
});
