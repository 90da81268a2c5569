/**
 * Secrets of the host appear in no output (house decision 14): arguments are masked when they enter the fact
 * set, every other text when a finding is made of it. `--keep-secrets` turns both off.
 */
import type { Fact } from '../model/fact.ts';
import type { BodyLine } from '../model/facts/persistence.ts';
import type { Finding } from '../model/finding.ts';
import { maskArguments, maskPrintable, maskSecrets } from '../model/mask.ts';
import type { Printable } from '../model/text.ts';

export interface Redactor {
  readonly text: (text: Printable) => Printable;
  /** Of text that is put into sentences of ours. */
  readonly words: (text: string) => string;
  readonly fact: <F extends Fact>(fact: F) => F;
  readonly finding: (finding: Finding) => Finding;
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
    let masked = known.get(key);
    if (masked === undefined) {
      masked = maskArguments(argv);
      if (known.size < mostRemembered) known.set(key, masked);
    }
    return masked;
  };
}

/** The same lines where nothing is masked: a host has far more lines than secrets, and they are held twice else. */
function maskedBody(body: readonly BodyLine[]): readonly BodyLine[] {
  const masked = body.map((line) => {
    const text = maskPrintable(line.text);
    return text === line.text ? line : { ...line, text };
  });
  return masked.some((line, at) => line !== body[at]) ? masked : body;
}

function maskedFact<F extends Fact>(fact: F, maskArgv: ReturnType<typeof argumentMasker>): F {
  if (fact.kind === 'process') return { ...fact, argv: maskArgv(fact.argv) };
  if (fact.kind === 'persistence') {
    const body = maskedBody(fact.body);
    return { ...fact, body, command: maskPrintable(fact.command), text: maskPrintable(fact.text) };
  }
  if (fact.kind === 'script') {
    return { ...fact, body: maskedBody(fact.body) };
  }
  const changed: Record<string, unknown> = {};
  for (const key of ['text', 'value'] as const) {
    const value: unknown = Reflect.get(fact, key);
    if (typeof value !== 'string' || onlyNumbers.test(value)) continue;
    const text = maskSecrets(value);
    if (text !== value) changed[key] = text;
  }
  return Object.keys(changed).length === 0 ? fact : { ...fact, ...changed };
}

export function redactor(keepSecrets: boolean): Redactor {
  if (keepSecrets)
    return {
      text: (text) => text,
      words: (text) => text,
      fact: (fact) => fact,
      finding: (finding) => finding,
    };
  const maskArgv = argumentMasker();
  return {
    text: maskPrintable,
    words: maskSecrets,
    fact: (fact) => maskedFact(fact, maskArgv),
    finding: (finding) => ({
      ...finding,
      params: Object.fromEntries(
        Object.entries(finding.params).map(([key, value]) => [
          key,
          typeof value === 'string' ? maskSecrets(value) : value,
        ]),
      ),
      evidence: finding.evidence.map((line) => ({ ...line, text: maskPrintable(line.text) })),
    }),
  };
}
