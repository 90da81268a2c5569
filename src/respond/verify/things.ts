/**
 * What a scan holds against a host, thing by thing, each with a key by which another look knows it again: pids, lines
 * and the order of a result change between two looks, paths, commands and far ends do not.
 */
import { mechanismGroups } from '../../model/mechanism.ts';
import type { ResultFinding, ResultPersistence, ResultProcess, ScanResult } from '../../model/result.ts';
import type { ThingKind } from '../../model/statement.ts';

/** A thing that a scan judged at least suspicious. */
export interface Seen {
  readonly kind: ThingKind;
  readonly key: string;
  readonly what: string;
  readonly where?: string;
  /** In the scan: F3, P1, pid 41. */
  readonly id: string;
  /** The processes, where it is one. */
  readonly runs: readonly Run[];
}

const accounts: ReadonlySet<string> = new Set(mechanismGroups.accounts);
/** States in which somebody talks, or tries to. */
const open: ReadonlySet<string> = new Set(['established', 'syn-sent', 'syn-recv', 'unconnected']);
const grave: ReadonlySet<ResultFinding['severity']> = new Set(['medium', 'high', 'critical']);

const keyOf = (kind: ThingKind, ...parts: readonly string[]): string => [kind, ...parts].join('|');

export const isBad = ({ judgement }: ResultProcess): boolean =>
  judgement === 'mining' || judgement === 'suspicious';

export type Run = Pick<ResultProcess, 'pid' | 'startTime'>;

/** Seconds of a start are reckoned from the clock and the time since boot, and may differ by one between two looks. */
const startSlackMs = 2_000;

/** Whether two looks saw the same process: no other has its number and its start. */
export const isSameRun = (a: Run, b: Run): boolean =>
  a.pid === b.pid && Math.abs(Date.parse(a.startTime) - Date.parse(b.startTime)) <= startSlackMs;

/** What a process runs: its program, or its command where that could not be read. */
const programOf = ({ exe, commandLine, name }: ResultProcess): string =>
  exe !== undefined && exe !== '' ? exe : commandLine === '' ? name : commandLine;

function processThing(row: ResultProcess): Seen {
  const kind = row.judgement === 'mining' ? 'miner' : 'process';
  const program = programOf(row);
  return {
    kind,
    // A miner may look like a mere suspect in another look; it is the same one.
    key: keyOf('process', program),
    what: `${row.name} (pid ${row.pid})`,
    where: program,
    id: `pid ${row.pid}`,
    runs: [{ pid: row.pid, startTime: row.startTime }],
  };
}

export const entryKey = (row: ResultPersistence): string =>
  keyOf('entry', row.mechanism, row.source, row.user, row.command);

const entryThing = (row: ResultPersistence): Seen => ({
  kind: accounts.has(row.mechanism) ? 'account' : 'entry',
  key: entryKey(row),
  what: row.command === '' ? row.text : row.command,
  where: row.line === undefined ? row.source : `${row.source}:${row.line}`,
  id: row.id,
  runs: [],
});

function findingThing(found: ResultFinding, programs: ReadonlyMap<number, string>): Seen {
  const about =
    found.path ??
    (found.pid === undefined ? undefined : programs.get(found.pid)) ??
    found.evidence[0]?.source ??
    '';
  return {
    kind: 'finding',
    // An entry that is judged milder, now that half of it is gone, is the same entry.
    key: keyOf('finding', found.rule.replace(/^persistence\..*/, 'persistence'), about),
    what: found.title,
    ...(about === '' ? {} : { where: about }),
    id: found.id,
    runs: [],
  };
}

/** Far ends of what is bad, and every connection to a pool of the incident, whoever holds it. */
function socketThings(result: ScanResult, pools: ReadonlySet<string>): readonly Seen[] {
  const bad = new Set(result.processes.filter(isBad).map(({ pid }) => pid));
  return result.sockets.flatMap((row): readonly Seen[] => {
    if (row.state === 'listen' || row.remote === '' || row.remote.endsWith(':0')) return [];
    const held = row.pids.find((pid) => bad.has(pid));
    // A connection that is closing belongs to nobody any more, and stays for a minute after its process was ended.
    if (held === undefined && !(pools.has(row.remote) && open.has(row.state))) return [];
    const pid = held ?? row.pids[0];
    return [
      {
        kind: 'socket',
        key: keyOf('socket', row.transport, row.remote),
        what: `${row.transport} ${row.remote}`,
        id: pid === undefined ? `inode ${row.inode}` : `pid ${pid}`,
        runs: [],
      },
    ];
  });
}

/** Pools of a result's miners, as connections name far ends. */
export const poolsOf = ({ miners }: ScanResult): readonly string[] =>
  miners.flatMap(({ pool }) => (pool === undefined ? [] : [pool]));

/**
 * Everything that speaks against the host, of each key the first.
 * @param pools far ends that are bad whoever talks to them
 */
export function thingsOf(result: ScanResult, pools: readonly string[]): readonly Seen[] {
  const programs = new Map(result.processes.map((row) => [row.pid, programOf(row)]));
  const all = [
    ...result.processes.filter(isBad).map(processThing),
    ...result.persistence
      .filter(({ judgement }) => judgement === 'malicious' || judgement === 'suspicious')
      .map(entryThing),
    ...socketThings(result, new Set([...pools, ...poolsOf(result)])),
    ...result.findings
      .filter(({ severity }) => grave.has(severity))
      .map((found) => findingThing(found, programs)),
  ];
  const byKey = new Map<string, Seen>();
  // Workers share a program: one thing, and a miner where one of them is one.
  for (const seen of all) {
    const known = byKey.get(seen.key);
    const worse = known?.kind === 'process' && seen.kind === 'miner' ? seen : (known ?? seen);
    byKey.set(seen.key, { ...worse, runs: [...(known?.runs ?? []), ...seen.runs] });
  }
  return [...byKey.values()];
}
