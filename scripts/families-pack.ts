/**
 * The profiles of families as they are written: read from packs/families/*.yaml, checked, and made into what the
 * program holds (packs/families.json). Apart from the run, so that a test can say whether that file is current.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { indicatorKinds } from '../src/model/family.ts';

/** Ways in, those of `incident/way-in.ts` and of Windows. */
export const familyVectors = [
  'ssh-brute-force',
  'redis-cron',
  'redis-key',
  'redis-replication',
  'redis-lua',
  'docker-api',
  'kubelet',
  'web-exploit',
  'database-exec',
  'scheduler',
  'broker',
  'supply-chain',
  'lateral',
  'smb-exploit',
  'rdp-brute-force',
  'mssql-brute-force',
  'phishing',
  'cracked-software',
] as const;

const line = z.string().min(1).max(400);
const bilingual = z.strictObject({ en: line, 'zh-CN': line });
const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const year = z.string().regex(/^20\d\d(-\d\d)?$/);

const indicator = z
  .strictObject({
    kind: z.enum(indicatorKinds),
    /** Text that is compared, never a pattern and never run. */
    value: z
      .string()
      .min(2)
      .max(120)
      .regex(/^[\x20-\x7e…]+$/),
    weight: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    source: z.string().min(1),
    /** How sure: the source was read (left out), a report exists, or nobody has read any. */
    state: z.enum(['reported', 'unconfirmed']).optional(),
    shared: z.literal(true).optional(),
    mark: z.literal(true).optional(),
    ordinary: z.literal(true).optional(),
  })
  .refine(({ shared, weight }) => shared === undefined || weight === 1, 'what is shared weighs 1')
  .refine(({ state, weight }) => state !== 'unconfirmed' || weight < 3, 'what is unconfirmed does not decide')
  .refine(({ kind, value }) => kind !== 'port' || /^\d{1,5}$/.test(value), 'a port is a number')
  .refine(
    ({ kind, value }) => !/^(file-path|decoy-file)$/.test(kind) || /^(\/|[A-Z]:\\)[^\s/\\]/.test(value),
    'a path is absolute',
  )
  .refine(
    ({ kind, value }) => !/^(file-name|folder)$/.test(kind) || !/[/\\]/.test(value),
    'a name is no path',
  );

const profile = z.strictObject({
  id,
  class: z.enum(['family', 'campaign', 'tool']),
  name: bilingual,
  aliases: z.array(line),
  platforms: z.array(z.enum(['linux', 'windows'])).min(1),
  since: year.optional(),
  until: year.optional(),
  vectors: z.array(z.enum(familyVectors)),
  confusedWith: z.array(id),
  note: bilingual,
  sources: z.record(z.string(), line),
  indicators: z.array(indicator),
});
export type WrittenFamily = z.infer<typeof profile>;
export type WrittenIndicator = z.infer<typeof indicator>;

/** All profiles by id. Throws with the file's name where one is not as it should be. */
export function readFamilies(folder: string): readonly WrittenFamily[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const read = profile.safeParse(Bun.YAML.parse(readFileSync(join(folder, name), 'utf8')));
      if (!read.success) throw new Error(`${name}: ${z.prettifyError(read.error)}`);
      if (`${read.data.id}.yaml` !== name) throw new Error(`${name}: its id is ${read.data.id}`);
      return read.data;
    });
}

/** Things that are met as one: a name in a path is the file's name. */
const met: Readonly<Partial<Record<WrittenIndicator['kind'], string>>> = {
  'file-path': 'file',
  'file-name': 'file',
  folder: 'file',
};

function lastName({ kind, value }: WrittenIndicator): string {
  return met[kind] === 'file' ? (value.split(/[/\\]/).at(-1) ?? value) : value;
}

/** What contradicts between profiles; empty when all is well. */
export function familyProblems(families: readonly WrittenFamily[]): readonly string[] {
  const problems: string[] = [];
  const ids = new Set(families.map((family) => family.id));
  const holders = new Map<string, { readonly family: string; readonly shared: boolean }[]>();
  for (const family of families) {
    const own = new Set<string>();
    for (const other of family.confusedWith) {
      if (!ids.has(other) || other === family.id) problems.push(`${family.id}: confused with ${other}`);
    }
    const used = new Set(family.indicators.map(({ source }) => source));
    for (const source of used)
      if (family.sources[source] === undefined) problems.push(`${family.id}: no source ${source}`);
    for (const one of family.indicators) {
      const exact = `${one.kind} ${one.value}`;
      if (own.has(exact)) problems.push(`${family.id}: twice ${exact}`);
      own.add(exact);
      const key = `${met[one.kind] ?? one.kind} ${lastName(one)}`;
      const all = holders.get(key) ?? [];
      all.push({ family: family.id, shared: one.shared === true });
      holders.set(key, all);
    }
  }
  for (const [key, all] of holders) {
    const families = new Set(all.map(({ family }) => family));
    if (families.size > 1 && all.some(({ shared }) => !shared))
      problems.push(`${key}: of ${[...families].join(', ')} and not shared`);
  }
  return problems;
}

function packed({ kind: _, state, source, value, weight, ...flags }: WrittenIndicator): string {
  return JSON.stringify({
    value,
    weight,
    source,
    ...(state === 'unconfirmed' ? { unconfirmed: true } : {}),
    ...flags,
  });
}

/** What the program holds: one indicator a line, by kind. */
export function familiesJson(families: readonly WrittenFamily[]): string {
  const text = families.map((family) => {
    const kinds = indicatorKinds
      .map((kind) => ({ kind, rows: family.indicators.filter((one) => one.kind === kind) }))
      .filter(({ rows }) => rows.length > 0)
      .map(
        ({ kind, rows }) => `"${kind}": [\n${rows.map((row) => `      ${packed(row)}`).join(',\n')}\n    ]`,
      );
    const head = (['id', 'class', 'name', 'platforms', 'sources'] as const)
      .map((key) => `    "${key}": ${JSON.stringify(family[key])},`)
      .join('\n');
    return `  {\n${head}\n    "indicators": {${kinds.join(', ')}}\n  }`;
  });
  return `[\n${text.join(',\n')}\n]\n`;
}
