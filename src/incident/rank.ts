/**
 * Several ways in beside each other: which one it was, and what that takes from the others.
 *
 * One proven door is enough: of the same service only one is confirmed, and what came in after the proven one may be
 * the attacker again, or another, but it is not how it began. Lines of unverified shape carry no `confirmed`.
 */
import { type Grade, grades, type Missing, type Vector } from '../model/incident.ts';
import type { SourceId } from '../model/source.ts';
import type { ChainStep, WayIn } from './way-in.ts';

/** Where the log of a door's successes is. */
const kinds: Readonly<Record<Vector, string | undefined>> = {
  'ssh-brute-force': 'sshd',
  'ssh-key': 'sshd',
  'redis-cron': 'redis',
  'redis-key': 'redis',
  'redis-replication': 'redis',
  'redis-lua': 'redis',
  'docker-api': 'docker',
  kubelet: 'kubernetes',
  'web-exploit': 'request',
  'web-shell': 'request',
  'database-exec': undefined,
  scheduler: undefined,
  broker: undefined,
  'supply-chain': 'package',
  lateral: undefined,
  'rdp-brute-force': 'rdp',
  'smb-brute-force': 'smb',
  'mssql-brute-force': 'mssql',
  'windows-logon': undefined,
  'smb-exploit': undefined,
  phishing: undefined,
  'user-download': undefined,
};

interface Known {
  /** Of the attacker's oldest trace, infinity where there is none. */
  readonly traceUs: number;
  readonly earliest: (kind: string) => number;
  readonly isUnverified: (source: SourceId) => boolean;
}

function lowered(way: WayIn, grade: Grade, missing: Missing): WayIn {
  return {
    ...way,
    grade: grades.indexOf(way.grade) < grades.indexOf(grade) ? grade : way.grade,
    missing: way.missing.includes(missing) ? way.missing : [...way.missing, missing],
  };
}

function checked(way: WayIn, known: Known): WayIn {
  let now = way;
  const success = way.chain.filter(({ step }) => step === 'success');
  const isUnverified = ({ source, unverified }: ChainStep): boolean =>
    unverified === true || known.isUnverified(source.source);
  if (success.length > 0 && success.every(isUnverified)) {
    now = lowered(now, 'probable', 'shape-unverified');
  }
  const from = known.earliest(kinds[way.vector] ?? way.service);
  const unseen = way.firstSuccessUs === undefined || way.missing.includes('traces-before');
  if (unseen && Number.isFinite(known.traceUs) && Number.isFinite(from) && from > known.traceUs) {
    now = lowered(now, 'probable', 'log-begins-later');
  }
  return now;
}

const isSecond = ({ missing }: WayIn): boolean => missing.includes('other-door-proven');

function better(a: WayIn, b: WayIn): number {
  return (
    grades.indexOf(a.grade) - grades.indexOf(b.grade) ||
    Number(isSecond(a)) - Number(isSecond(b)) ||
    a.missing.length - b.missing.length ||
    (a.firstSuccessUs ?? Number.POSITIVE_INFINITY) - (b.firstSuccessUs ?? Number.POSITIVE_INFINITY) ||
    (a.vector < b.vector ? -1 : 1)
  );
}

/** When the trace came that a chain ends in. */
const tracedUs = ({ chain }: WayIn): number =>
  chain.find(({ step }) => step === 'file')?.us ?? Number.POSITIVE_INFINITY;

/** What these left behind can only have come through them: a dump around a crontab, a container, a package's hook. */
const evident: ReadonlySet<Vector> = new Set(['redis-cron', 'redis-key', 'docker-api', 'supply-chain']);
const sameTraceUs = 60e6;

/** The oldest trace is its own work, by itself and not by its time. */
const isEvident = ({ vector, chain }: WayIn, traceUs: number): boolean =>
  evident.has(vector) &&
  chain.some(
    ({ step, us }) => (step === 'file' || step === 'persistence') && Math.abs(us - traceUs) <= sameTraceUs,
  );

const lineAt = ({ source, line, offset }: ChainStep['source'], text: string): string =>
  `${source}\n${line ?? offset ?? text}`;

const lineOf = ({ chain }: WayIn): string => {
  const success = chain.find(({ step }) => step === 'success');
  return success === undefined ? '' : lineAt(success.source, success.text);
};

/** The request that broke in is posted to a script that nobody had asked for before: no shell beside it. */
function withoutEchoes(ways: readonly WayIn[]): readonly WayIn[] {
  const exploits = new Set(ways.filter(({ vector }) => vector === 'web-exploit').map(lineOf));
  const own = ways.filter((way) => way.vector !== 'web-shell' || !exploits.has(lineOf(way)));
  return own.filter((way) => !own.some((other) => other !== way && isBehind(way, other)));
}

const ofWeb: ReadonlySet<Vector> = new Set(['web-exploit', 'web-shell']);

/** Both of the same kind of door, and the success of the one is a command that the request of the other started. */
function isBehind(way: WayIn, other: WayIn): boolean {
  if (ofWeb.has(way.vector) ? !ofWeb.has(other.vector) : way.vector !== other.vector) return false;
  const line = lineOf(way);
  return (
    line !== '' &&
    line !== lineOf(other) &&
    other.chain.some(({ step, source, text }) => step === 'command' && lineAt(source, text) === line)
  );
}

/** Whoever came in from afar downloads at the desktop too, and what he started is none of the owner's. */
function behindIntruders(ways: readonly WayIn[]): readonly WayIn[] {
  const others = ways.filter(({ vector, grade }) => vector !== 'user-download' && grade !== 'possible');
  return ways.map((way) => {
    if (way.vector !== 'user-download') return way;
    const before = others.filter(({ firstSuccessUs = 0 }) => firstSuccessUs <= (way.firstSuccessUs ?? 0));
    if (before.length === 0) return way;
    const isProven = before.some(({ grade }) => grade === 'confirmed');
    return lowered(way, isProven ? 'possible' : 'probable', 'other-door-proven');
  });
}

/** The best first. */
export function ranked(ways: readonly WayIn[], known: Known): readonly WayIn[] {
  const told = behindIntruders(withoutEchoes(ways).map((way) => checked(way, known)));
  const own = told.filter((way) => isEvident(way, known.traceUs));
  // Who only came before the same trace (an administrator who had just set the service up) is no better proven.
  const all = told
    .map((way) =>
      own.length > 0 && !own.includes(way) && Math.abs(tracedUs(way) - known.traceUs) <= sameTraceUs
        ? lowered(way, 'probable', 'other-door-proven')
        : way,
    )
    .sort(better);
  const confirmed = all.filter(({ grade }) => grade === 'confirmed');
  // The one of whose work the oldest trace is; of two, the one that came last before it.
  const proven = confirmed.toSorted(
    (a, b) => tracedUs(a) - tracedUs(b) || (b.firstSuccessUs ?? 0) - (a.firstSuccessUs ?? 0),
  )[0];
  if (proven === undefined) return all;
  return all
    .map((way) => {
      if (way === proven || way.grade !== 'confirmed') return way;
      // A later trace of another door is another visit, and `traces-before` has been told of it.
      const contradicts = way.service === proven.service || tracedUs(way) === tracedUs(proven);
      return contradicts ? lowered(way, 'probable', 'other-door-proven') : way;
    })
    .sort(better);
}
