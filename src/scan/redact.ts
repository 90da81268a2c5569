/**
 * Secrets of the host appear in no output (house decision 14): arguments are masked when they enter the fact
 * set, every other text when a finding is made of it. `--keep-secrets` turns both off.
 */
import type { Fact } from '../model/fact.ts';
import type { EntryVariable } from '../model/facts/persistence.ts';
import type { Finding } from '../model/finding.ts';
import { maskArguments, masked, maskPrintable, maskSecrets, namesSecret } from '../model/mask.ts';
import { type Printable, printableText } from '../model/text.ts';

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

function maskedFact<F extends Fact>(fact: F, maskArgv: ReturnType<typeof argumentMasker>): F {
  if (fact.kind === 'process') return { ...fact, argv: maskArgv(fact.argv) };
  if (fact.kind === 'persistence') {
    const body = fact.body.map((line) => ({ ...line, text: maskPrintable(line.text) }));
    const given = fact.environment === undefined ? {} : { environment: maskVariables(fact.environment) };
    return { ...fact, ...given, body, command: maskPrintable(fact.command), text: maskPrintable(fact.text) };
  }
  if (fact.kind === 'script') {
    return { ...fact, body: fact.body.map((line) => ({ ...line, text: maskPrintable(line.text) })) };
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
