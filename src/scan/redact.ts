/**
 * Secrets of the host appear in no output (house decision 14): the facts, the findings and the result are masked
 * when they leave the scan, arguments and lines by `model/mask.ts`, names of everything by `model/mask-name.ts`.
 * Judged is what stands there. `--keep-secrets` turns all of it off.
 */
import type { Fact } from '../model/fact.ts';
import type { LogEvent } from '../model/facts/event.ts';
import type { BodyLine, EntryVariable, PersistenceFact, ScriptFact } from '../model/facts/persistence.ts';
import type { Finding } from '../model/finding.ts';
import { maskArguments, masked, maskPrintable, maskSecrets, namesSecret } from '../model/mask.ts';
import { maskName } from '../model/mask-name.ts';
import { mayHoldSecret } from '../model/may-hold-secret.ts';
import type { ScanResult } from '../model/result.ts';
import { type Printable, printableText } from '../model/text.ts';

export interface Redactor {
  readonly text: (text: Printable) => Printable;
  /** Of text that is put into sentences of ours. */
  readonly words: (text: string) => string;
  readonly event: (event: LogEvent) => LogEvent;
  /** Of a path, a unit, a source: the rest of it stays. */
  readonly name: <T extends string>(name: T) => T;
  readonly fact: (fact: Fact) => Fact;
  readonly finding: (finding: Finding) => Finding;
  readonly result: (result: ScanResult) => ScanResult;
}

/** What a table of the kernel prints: hexadecimal numbers, in which no name, shape or option of a secret fits. */
const onlyNumbers = /^[0-9A-Fa-f: ]*$/;
/** Lines of arguments that are remembered: a host has many workers of few programs. */
const mostRemembered = 8192;

/** Masks arguments, the same ones once. */
function argumentMasker(): (argv: readonly Printable[]) => readonly Printable[] {
  const known = new Map<string, readonly Printable[]>();
  return (argv) => {
    // Printable text holds no NUL, so two lines never share a key.
    const key = argv.join('\0');
    let safe = known.get(key);
    if (safe === undefined) {
      safe = maskArguments(argv);
      if (known.size < mostRemembered) known.set(key, safe);
    }
    return safe;
  };
}

/** Values by their names, once for all entries of one table. */
const maskedVariables = new WeakMap<readonly EntryVariable[], readonly EntryVariable[]>();

function maskVariables(variables: readonly EntryVariable[]): readonly EntryVariable[] {
  const known = maskedVariables.get(variables);
  if (known !== undefined) return known;
  const safe = variables.map(({ name, value }) => ({
    name,
    value: namesSecret(name) ? printableText(masked) : maskPrintable(value),
  }));
  maskedVariables.set(variables, safe);
  return safe;
}

/** Fields that hold lines, commands and values; every other text of a fact is a name of something. */
const lines: ReadonlySet<string> = new Set(['text', 'value', 'command', 'trigger']);

interface Masks {
  readonly argv: (argv: readonly Printable[]) => readonly Printable[];
  readonly line: (text: string) => string;
}

/**
 * The same value with its texts masked: names, lines and arguments each in their own way. What holds no secret is
 * given back as it came, so that a scan does not hold its facts twice.
 */
function maskedDeep<T>(value: T, key: string, masks: Masks): T;
function maskedDeep(value: unknown, key: string, masks: Masks): unknown {
  if (typeof value === 'string') {
    if (!lines.has(key)) return maskName(value);
    return onlyNumbers.test(value) ? value : masks.line(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    if (typeof value[0] === 'number') return value;
    const safe = key === 'argv' ? masks.argv(value) : value.map((one) => maskedDeep(one, key, masks));
    return safe.some((one, index) => one !== value[index]) ? safe : value;
  }
  let changed: Record<string, unknown> | undefined;
  for (const [name, one] of Object.entries(value)) {
    const safe: unknown = maskedDeep(one, name, masks);
    if (safe === one) continue;
    changed ??= { ...value };
    changed[name] = safe;
  }
  return changed ?? value;
}

/** The same lines where nothing is masked: a host has far more lines than secrets, and they are held twice else. */
function maskedBody(body: readonly BodyLine[]): readonly BodyLine[] {
  const safe = body.map((line) => {
    const text = maskPrintable(line.text);
    return text === line.text ? line : { ...line, text };
  });
  return safe.some((line, at) => line !== body[at]) ? safe : body;
}

/** Lines of files, masked as bytes: a secret ends at a control byte, which is an escape in printable form. */
function linesMasked(fact: PersistenceFact | ScriptFact): PersistenceFact | ScriptFact {
  const body = maskedBody(fact.body);
  if (fact.kind === 'script') return { ...fact, body };
  const { command, trigger, text, environment } = fact;
  return {
    ...fact,
    ...(environment === undefined ? {} : { environment: maskVariables(environment) }),
    body,
    command: maskPrintable(command),
    trigger: maskPrintable(trigger),
    text: maskPrintable(text),
  };
}

function maskedFinding(finding: Finding): Finding {
  const { subject, params, evidence } = finding;
  return {
    ...finding,
    subject: subject.kind === 'file' ? { ...subject, path: maskName(subject.path) } : subject,
    params: Object.fromEntries(
      Object.entries(params).map(([key, value]) => [
        key,
        typeof value === 'string' ? maskSecrets(value) : value,
      ]),
    ),
    evidence: evidence.map((line) => ({
      ...line,
      source: maskName(line.source),
      text: maskPrintable(line.text),
    })),
  };
}

/** What is put into the result beside facts and findings: reasons, sources, tables. Text there is masked by now. */
function maskedResult(result: ScanResult): ScanResult {
  const names: Masks = { argv: (argv) => argv, line: maskName };
  // Where the case lies and what the user asked for are the user's own words.
  return { ...maskedDeep(result, '', names), options: result.options, recovered: result.recovered };
}

/** Fields of events that hold what people typed, sent or configured, beside the line itself. */
const spokenFields = ['text', 'command', 'target', 'detail', 'agent', 'referrer', 'package'] as const;

/** Whether a part stands in a text as words of it: behind a blank or a quote, where nothing else begins than at its own. */
function standsIn(text: string, part: string): boolean {
  const at = text.indexOf(part);
  const before = text.charCodeAt(at - 1);
  return at > 0 && (before === 0x20 || before === 0x22 || before === 0x27);
}

/** Of millions of lines nearly none holds a secret; those are given back as they are. */
function maskedEvent(event: LogEvent): LogEvent {
  let changed: Record<string, Printable> | undefined;
  const isQuiet = !mayHoldSecret(event.text);
  // Beside its text a message has the name of a program and no more; most lines are one.
  if (isQuiet && event.what === 'message') return event;
  for (const key of spokenFields) {
    const value: unknown = Reflect.get(event, key);
    if (typeof value !== 'string' || value === '') continue;
    // What stands in a line that can hold no secret can hold none.
    if (isQuiet && (key === 'text' || standsIn(event.text, value))) continue;
    if (!mayHoldSecret(value)) continue;
    const text = maskPrintable(value as Printable);
    if (text !== value) changed = { ...changed, [key]: text };
  }
  return changed === undefined ? event : { ...event, ...changed };
}

export function redactor(keepSecrets: boolean): Redactor {
  if (keepSecrets)
    return {
      text: (text) => text,
      words: (text) => text,
      event: (event) => event,
      name: (name) => name,
      fact: (fact) => fact,
      finding: (finding) => finding,
      result: (result) => result,
    };
  const argv = argumentMasker();
  const asIs = (text: string): string => text;
  return {
    text: maskPrintable,
    words: maskSecrets,
    event: maskedEvent,
    name: maskName,
    fact: (fact) =>
      fact.kind === 'persistence' || fact.kind === 'script'
        ? maskedDeep(linesMasked(fact), '', { argv, line: asIs })
        : maskedDeep(fact, '', { argv, line: maskSecrets }),
    finding: maskedFinding,
    result: maskedResult,
  };
}
