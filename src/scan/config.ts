/** Reads the owner's `demine.yaml`. A mistyped entry must not silently excuse nothing: it is an error. */

import type * as z from 'zod';
import { analyzers, ownerRules } from '../detect/judge.ts';
import { type OwnerConfig, ownerConfigSchema } from '../model/config.ts';
import { DemineError, errorText, type UsageProblem } from '../model/error.ts';

/** `mining[0].reason` */
const keyOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

function problemOf(issue: z.core.$ZodIssue): readonly [UsageProblem, string] {
  if (issue.code === 'unrecognized_keys') {
    return ['key-unknown', keyOf([...issue.path, issue.keys[0] ?? ''])];
  }
  const key = keyOf(issue.path);
  if (issue.code === 'invalid_type' && issue.input === undefined && key !== '') return ['key-missing', key];
  return ['key-wrong', key === '' ? issue.message : `${key}: ${issue.message}`];
}

/**
 * @param name how the file is named to people
 * @throws DemineError `config-invalid` with the key that is wrong
 */
export function parseConfig(text: string, name: string): OwnerConfig {
  const fail = (problem: UsageProblem, value: string, cause?: unknown): never => {
    throw new DemineError('config-invalid', `${problem}: ${value}`, { subject: name, problem, value, cause });
  };
  let raw: unknown;
  try {
    raw = Bun.YAML.parse(text);
  } catch (cause) {
    return fail('not-yaml', errorText(cause), cause);
  }
  const parsed = ownerConfigSchema.safeParse(raw, { reportInput: true });
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    return first === undefined ? fail('key-wrong', '') : fail(...problemOf(first));
  }
  const known: ReadonlySet<string> = new Set([
    ...analyzers.flatMap((analyzer) => analyzer.rules),
    ...ownerRules,
  ]);
  const unknown = parsed.data.exceptions.find(({ rule }) => !known.has(rule));
  return unknown === undefined ? parsed.data : fail('rule-unknown', unknown.rule);
}
