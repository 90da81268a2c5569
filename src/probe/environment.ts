/**
 * The environment of a process: names, and the few marks whose values matter.
 *
 * Why: rootkits that preload a library need LD_PRELOAD or leave a variable of their own to know their own processes.
 * What it is NOT: a store of values. Of all variables only the names are kept; values only of the loader's variables
 * and of the known marks, masked and cut.
 * Sources: ld.so(8); linux-hiding §3.5: HIDE_THIS_SHELL (Azazel), I_AM_HIDDEN (HiddenWasp), HTTP_SETTHIS (Symbiote),
 * AAZHDE (perfctl), HISTFILE=/dev/null.
 */
import { decodeEnviron } from '../formats/proc-environ.ts';
import type { EnvironmentFact } from '../model/facts/process.ts';
import type { ProcessIdentity } from '../model/identity.ts';
import { maskedBytes } from '../model/mask.ts';
import type { SourceRecord } from '../model/source.ts';
import { phrase } from '../model/text.ts';
import type { Target } from '../target/port.ts';
import { isStill } from './memory-map.ts';

const artifact = 'probe.environment';
const environLimit = 256 << 10;
const longestValue = 200;
const mostNames = 512;

const marked: ReadonlySet<string> = new Set([
  ...['LD_PRELOAD', 'LD_AUDIT', 'LD_LIBRARY_PATH'],
  ...['HIDE_THIS_SHELL', 'I_AM_HIDDEN', 'HTTP_SETTHIS', 'AAZHDE'],
]);

export interface EnvironmentResult {
  readonly facts: readonly EnvironmentFact[];
  readonly sources: readonly SourceRecord[];
}

const decoder = new TextDecoder('latin1');

export function probeEnvironment(target: Target, process: ProcessIdentity): EnvironmentResult {
  const { pid, startTicks } = process;
  const source = phrase`/proc/${pid}/environ`;
  const { status, reason, bytes } = target.readNow({ kind: 'file', path: source, limit: environLimit });
  const sources = [
    { source, artifact, status, bytes: bytes.length, ...(reason === undefined ? {} : { reason }) },
  ];
  if (status !== 'ok' && status !== 'truncated') return { facts: [], sources };
  const variables = decodeEnviron(bytes);
  const marks = variables
    .filter(({ name, valueStart, valueEnd }) =>
      name === 'HISTFILE'
        ? decoder.decode(bytes.subarray(valueStart, valueEnd)) === '/dev/null'
        : marked.has(name),
    )
    .slice(0, 64)
    .map(({ name, offset, valueStart, valueEnd }) => ({
      name,
      value: maskedBytes(bytes.subarray(valueStart, Math.min(valueEnd, valueStart + longestValue))),
      offset,
    }));
  const names = variables.slice(0, mostNames).map(({ name }) => name);
  if (!isStill(target, process)) {
    return {
      facts: [],
      sources: [{ source, artifact, status: 'absent', reason: 'process ended', bytes: 0 }],
    };
  }
  return { facts: [{ kind: 'environment', source: { source }, pid, startTicks, names, marks }], sources };
}
