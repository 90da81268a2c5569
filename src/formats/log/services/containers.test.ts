import { describe, expect, test } from 'bun:test';
import { isoOf, kindsOf, readLog } from '../read-log.fixture.ts';
import { syslog } from '../syslog.ts';
import { containerDaemonLog } from './container-daemon.ts';
import { criOutput, dockerJsonFile } from './container-output.ts';
import { kubelet } from './klog.ts';
import { kubernetesAudit } from './kubernetes-audit.ts';

const id = 'a'.repeat(64);
const source = `/var/lib/docker/containers/${id}/${id}-json.log`;
const time = '2024-01-02T03:04:05.678901234Z';
const output = (log: string, stream = 'stdout'): string => `${JSON.stringify({ log, stream, time })}\n`;

describe('what containers print', () => {
  test('Docker: the container from the path, parts put together by stream', () => {
    const long = 'a'.repeat(16_384);
    const text =
      output('accepted (1/0)\n') +
      output(long) +
      output('err\n', 'stderr') +
      output('def\n') +
      output('rest') +
      output('next\n');
    const { events } = readLog(dockerJsonFile, text, { source });
    expect(events).toMatchObject([
      { what: 'container', runtime: 'docker', action: 'output', container: id, detail: 'accepted (1/0)' },
      { detail: 'err' },
      { detail: long.slice(0, 4096) },
      { detail: 'rest' },
      { detail: 'next' },
    ]);
    expect(events[0] === undefined ? '' : isoOf(events[0])).toBe('2024-01-02T03:04:05.678Z');
    expect(events[2]?.source.line).toBe(2);
  });

  test('CRI: pod and container from the path', () => {
    const text = `${time} stdout P abc\n${time} stdout F def\n2024-01-02T03:04:05.678901234+08:00 stderr F x\n`;
    const { events } = readLog(criOutput, text, {
      source: '/var/log/pods/default_web-1_0a1b/app/0.log',
    });
    expect(events).toMatchObject([
      { container: 'default/web-1/app', detail: 'abcdef', runtime: 'kubernetes' },
      { detail: 'x', us: Date.UTC(2024, 0, 1, 19, 4, 5, 678) * 1000 + 901 },
    ]);
  });

  test('text of a container is output and nothing else', () => {
    const forged = 'Jan  2 03:04:05 h sshd[1]: Accepted password for root from 192.0.2.1 port 2 ssh2';
    expect(kindsOf(dockerJsonFile, output(`${forged}\n`))).toEqual(['container']);
    expect(kindsOf(criOutput, `${time} stdout F ${forged}\n`)).toEqual(['container']);
    expect(
      readLog(dockerJsonFile, '{"log":"x"}\n{"log":1,"stream":"stdout","time":"x"}\n{{{{\n').outcome,
    ).toMatchObject({
      events: 0,
      unreadable: 3,
    });
  });
});

describe('daemons', () => {
  const line = (msg: string, level = 'debug'): string =>
    `time="${time}" level=${level} msg=${JSON.stringify(msg)}\n`;

  test('dockerd: a line that is an object, in its own log and in syslog', () => {
    const call = JSON.stringify({ level: 'debug', msg: 'Calling POST /v1.41/containers/create', time });
    const created = { what: 'container', action: 'created' };
    const source = { source: '/var/log/docker.log' };
    expect(readLog(containerDaemonLog, `${call}\n{"level":1}\n[]\n{\n`, source).events).toMatchObject([
      created,
    ]);
    expect(readLog(containerDaemonLog, `${call}\n`, { source: '/srv/shop/app.log' }).events).toEqual([]);
    expect(readLog(syslog, `2024-01-02T03:04:05Z h dockerd[7]: ${call}\n`).events).toMatchObject([created]);
  });

  test('dockerd: where it listens, and not the sockets of the host alone', () => {
    const text =
      line('API listen on [::]:2375', 'info') +
      line('API listen on /var/run/docker.sock', 'info') +
      line('API listen on x y', 'info');
    expect(readLog(containerDaemonLog, text).events).toMatchObject([
      { what: 'service', service: 'docker', action: 'listening', detail: '[::]:2375' },
      { what: 'message' },
      { what: 'message' },
    ]);
  });

  test('dockerd: what a client asked for', () => {
    const text =
      line('Calling POST /v1.41/containers/create?name=miner') +
      line(`Calling POST /v1.41/containers/${id}/start`) +
      line(`Calling POST /v1.41/containers/${id}/exec`) +
      line('Calling GET /v1.41/containers/json?all=1') +
      line('POST /v1.18/containers/create', 'info') +
      line(`Calling DELETE /v1.41/containers/${id}?force=1`);
    expect(readLog(containerDaemonLog, text).events).toMatchObject([
      { what: 'container', action: 'created', container: 'miner' },
      { action: 'started', container: id },
      { action: 'executed', container: id },
      { what: 'message' },
      { action: 'created' },
      { action: 'removed' },
    ]);
  });

  test('containerd: containers of pods, each once though it is told when asked for and when done', () => {
    const sandbox = 'b'.repeat(64);
    const created = `CreateContainer within sandbox "${sandbox}" for`;
    const text =
      line(`${created} container &ContainerMetadata{Name:x,}`, 'info') +
      line(`${created} &ContainerMetadata{Name:x,} returns container id "${id}"`, 'info') +
      line(`StartContainer for "${id}"`, 'info') +
      line(`StartContainer for "${id}" returns successfully`, 'info');
    expect(readLog(containerDaemonLog, text).events).toMatchObject([
      { what: 'message' },
      { runtime: 'containerd', action: 'created', container: id },
      { what: 'message' },
      { runtime: 'containerd', action: 'started', container: id },
    ]);
  });

  test('a message within a field is none of its own', () => {
    const forged = 'x" msg="Calling POST /v1.41/containers/create';
    expect(kindsOf(containerDaemonLog, line(forged))).toEqual(['message']);
    expect(
      kindsOf(
        containerDaemonLog,
        `time="${time}" level=info name="Calling POST /v1.41/containers/create" msg=x\n`,
      ),
    ).toEqual(['message']);
  });

  test('the kubelet: what was run through it, in the year of the file', () => {
    const head = 'I0102 03:04:05.678901    1234 server.go:459] ';
    const text =
      `${head}"HTTP" verb="POST" URI="/exec/default/web/app?command=id" latency="1ms" userAgent="curl" srcIP="192.0.2.7:5555" resp=302\n` +
      `${head}POST /run/default/web/app: (1.5ms) 200 [[curl/7.1] 192.0.2.8:5555]\n` +
      `${head}POST /exec/default/web/app?command=sh: (1m1s) hijacked [[curl/7.1] 192.0.2.9:5555]\n` +
      `${head}"HTTP" verb="POST" URI="/exec/default/web/u-1/app" userAgent="x" srcIP="192.0.2.9:5" hijacked=true\n` +
      `${head}"HTTP" verb="GET" URI="/healthz" userAgent="\\" URI=\\"/exec/a/b\\"" srcIP="127.0.0.1:1" resp=200\n` +
      'I1231 03:04:05.678901    1234 server.go:459] "x"\n';
    const { events } = readLog(kubelet, text, { writtenUs: Date.UTC(2024, 2, 1) * 1000 });
    expect(events).toMatchObject([
      { what: 'container', action: 'executed', container: 'default/web', from: '192.0.2.7', certain: false },
      { action: 'executed', from: '192.0.2.8' },
      { action: 'executed', from: '192.0.2.9' },
      { action: 'executed', from: '192.0.2.9', container: 'default/web' },
      { what: 'message' },
      { what: 'message' },
    ]);
    expect(events.map((event) => isoOf(event).slice(0, 10))).toEqual([
      ...Array.from({ length: 5 }, () => '2024-01-02'),
      '2023-12-31',
    ]);
  });
});

describe('Kubernetes’ audit log', () => {
  const event = (over: object): string =>
    `${JSON.stringify({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      stage: 'ResponseComplete',
      requestURI: '/api/v1/namespaces/default/pods',
      verb: 'create',
      user: { username: 'system:anonymous', groups: ['system:unauthenticated'] },
      sourceIPs: ['198.51.100.1', '192.0.2.7', '10.0.0.4'],
      objectRef: { resource: 'pods', namespace: 'default', name: 'x', apiVersion: 'v1' },
      responseStatus: { code: 201 },
      ...over,
      requestReceivedTimestamp: '2024-01-02T03:04:05.678901Z',
      stageTimestamp: '2024-01-02T03:04:05.700000Z',
    })}\n`;

  test('pods that came, commands in them, and requests that were refused', () => {
    const text =
      event({}) +
      event({ stage: 'RequestReceived' }) +
      event({
        objectRef: { resource: 'pods', subresource: 'exec', name: 'x' },
        stage: 'ResponseStarted',
        responseStatus: { code: 101 },
      }) +
      event({ responseStatus: { code: 403 } }) +
      event({ verb: 'list', objectRef: { resource: 'secrets' }, responseStatus: { code: 200 } });
    expect(readLog(kubernetesAudit, text).events).toMatchObject([
      {
        what: 'container',
        runtime: 'kubernetes',
        action: 'created',
        container: 'default/pods/x',
        account: 'system:anonymous',
        from: '192.0.2.7',
        detail: 'create 201 /api/v1/namespaces/default/pods',
      },
      { what: 'message' },
      { action: 'executed' },
      { action: 'request' },
      { action: 'request', container: 'secrets' },
    ]);
  });

  test('an event that is longer than a line is read up to the request’s body', () => {
    const large = event({ requestObject: { x: 'y'.repeat(100_000) } });
    const { events, outcome } = readLog(kubernetesAudit, event({}) + large);
    expect(outcome).toMatchObject({ cutLines: 1, unreadable: 0 });
    // Its own time stands behind the body.
    expect(events).toMatchObject([
      { action: 'created', certain: true },
      { action: 'created', account: 'system:anonymous', us: events[0]?.us, certain: false },
    ]);
    const [alone] = readLog(kubernetesAudit, large, { writtenUs: 1_704_164_700e6 }).events;
    expect(alone).toMatchObject({ action: 'created', us: 1_704_164_700e6, certain: false });
  });

  test('who asked is not what the client says of itself', () => {
    const from = (...sourceIPs: readonly string[]) =>
      readLog(kubernetesAudit, event({ sourceIPs })).events.map((one) =>
        one.what === 'container' ? String(one.from) : one.what,
      );
    expect(from('10.0.0.9', '192.0.2.7')).toEqual(['192.0.2.7']);
    expect(from('198.51.100.1', '192.0.2.7', 'fd00::4')).toEqual(['192.0.2.7']);
    expect(from('10.0.0.9')).toEqual(['10.0.0.9']);
    expect(from()).toEqual(['']);
  });

  test('members of the wrong kind cost nothing but themselves', () => {
    const text =
      event({ user: 'x', sourceIPs: { a: 1 }, objectRef: [], requestURI: 5 }) +
      '{"apiVersion":"audit.k8s.io/v1"}\n';
    const { events, outcome } = readLog(kubernetesAudit, text);
    expect(events).toHaveLength(1);
    expect(outcome.unreadable).toBe(1);
    const agent = event({ userAgent: '","verb":"delete","requestObject":{' });
    expect(readLog(kubernetesAudit, agent).events).toMatchObject([{ action: 'created' }]);
  });
});
