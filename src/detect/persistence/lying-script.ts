/**
 * Scripts that only lie somewhere: in a checkout or a package's build in /tmp, in a hidden folder. Nothing starts them.
 *
 * Why: installers fetch and run, write startup files, stop services; a checkout of one is no attack. What tells a
 * dropper there is what it does: a miner's command, a shell handed out, what a bare address brought, another miner's
 * end, or several of the things that droppers do and installers do one of; or that it, or what it runs, is put out of
 * sight. A `.git` beside it says nothing: anybody can make one.
 * What it is NOT: for scripts that an entry or a process starts; those are judged as what starts them is.
 * Thresholds are ours, from the scripts of a dozen well-known installers.
 */
import type { FactSet } from '../../model/fact.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import type { PathText } from '../../model/text.ts';
import { fromAddress, isNear, openly } from '../command/ran-from.ts';
import type { EntryReading } from '../command/read-entry.ts';
import type { Sign, SignId } from '../command/sign.ts';
import { isHidden, isTemporary } from './places.ts';
import type { EntryReason, WeighedReason } from './reason.ts';
import type { Weight } from './weights.ts';

/** Hidden folders that checkouts and builds have, below a folder of their own. */
const ofCheckout: ReadonlySet<string> = new Set(
  '.git .github .gitlab .gitea .forgejo .circleci .buildkite .travis .husky .devcontainer .vscode .idea .ci .libs .deps .build .eggs .tox .nox .venv .next .nuxt .cargo .bundle .yarn'.split(
    ' ',
  ),
);

/** Put out of sight, and not as a part of a checkout: `/tmp/x/.libs` is one, `/tmp/.libs` is none. */
export function isConcealed(path: string): boolean {
  const names = path.split('/');
  return isHidden(
    names.filter((name, at) => at < 3 || at === names.length - 1 || !ofCheckout.has(name)).join('/'),
  );
}

/** What this many of are together, no installer is. */
const mostOfInstallers = 2;
const manners: Readonly<Partial<Record<SignId, string>>> = {
  'fetch-and-run': 'fetches',
  'fetch-then-run': 'fetches',
  'decode-and-run': 'decodes',
  'disguised-command': 'disguises',
  'kills-rivals': 'kills',
  'stops-protection': 'stops',
  hides: 'hides',
  'clears-traces': 'clears',
  'writes-persistence': 'stays',
  'opens-account': 'opens',
};

const archive = /\.(?:t(?:ar\.)?(?:gz|xz|bz2|zst)|t[gx]z|zip|deb|rpm|whl|gem|jar)(?:[?#]|$)/i;
const hostForm = /^(?:https?|ftp):\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]*)/;

function weightOfFetch({ about }: Sign): Weight {
  const host = hostForm.exec(about)?.[1];
  if (host === undefined || host === '' || isNear(host)) return 'weak';
  if (fromAddress(about)) return 'strong';
  return openly(about) && !archive.test(about) ? 'medium' : 'weak';
}

const heaviest = (weights: readonly Weight[]): Weight =>
  (['strong', 'medium', 'weak'] as const).find((weight) => weights.includes(weight)) ?? 'none';

function weightOf(reason: EntryReason, reading: EntryReading): Weight | undefined {
  const signs = reading.signs.filter(({ id }) => id === reason.id);
  switch (reason.id) {
    case 'fetch-and-run':
      return heaviest(signs.map(weightOfFetch));
    case 'decode-and-run':
      return 'medium';
    case 'kills-rivals':
      // Many by their own names are a service's workers.
      return signs.every(({ about }) => about.includes(', ')) ? 'weak' : undefined;
    case 'fetch-then-run':
    case 'stops-protection':
    case 'hides':
    case 'clears-traces':
    case 'writes-persistence':
    case 'opens-account':
      return 'weak';
    case 'temporary-path':
    case 'hidden-path':
    case 'unowned-among-owned':
    case 'writable-by-all':
    case 'absent-target':
      return 'weak';
    default:
      return undefined;
  }
}

/** Whether it runs, or fetches to run, what is hidden where everybody may write. */
const runsConcealed = ({ uses }: EntryReading, own: PathText): boolean =>
  uses.some(({ path, how }) => how !== 'loaded' && path !== own && isTemporary(path) && isConcealed(path));

/** The reasons of a script that nothing starts, with what they weigh then. */
export function ofLyingScript(
  fact: PersistenceFact,
  reading: EntryReading,
  reasons: readonly WeighedReason[],
): readonly WeighedReason[] {
  const path = fact.source.source;
  if (isConcealed(path)) return reasons;
  const shown = new Set(reading.signs.flatMap(({ id }) => manners[id] ?? []));
  const concealed = runsConcealed(reading, path);
  if (shown.size + (concealed ? 1 : 0) > mostOfInstallers || (concealed && shown.has('fetches')))
    return reasons;
  return reasons.map((reason) => {
    const weight = weightOf(reason.reason, reading);
    return weight === undefined ? reason : { ...reason, weight };
  });
}

const interpreter =
  /^-?(?:(?:ba|da|z|k|a|mk|c|tc|fi)?sh|python[\d.]*|perl[\d.]*|php[\d.]*|ruby[\d.]*|node|lua[\d.]*)$/;

/** Options whose value is the next word: bash(1), python(1), perlrun(1), ruby(1), php(1), node(1). */
const shellValues = /^(?:[-+][oO]|--rcfile|--init-file)$/;
const interpreterValues = /^(?:-[WXIrd]|--require|--import)$/;

/** The script among the words after an interpreter. */
function scriptWord(program: string, words: readonly string[]): string | undefined {
  const values = /sh$/.test(program) ? shellValues : interpreterValues;
  return words.find((word, index) => !/^[-+]/.test(word) && !values.test(words[index - 1] ?? ''));
}

/** What entries run or source, and what running processes were started from. */
export function startedPaths(
  facts: FactSet,
  entries: readonly { readonly reading: EntryReading; readonly starts: boolean }[],
): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { reading, starts } of entries) {
    if (!starts) continue;
    for (const { path, how } of reading.uses) if (how !== 'loaded') paths.add(path);
  }
  for (const { argv, cwd } of facts.of('process')) {
    const [program = '', ...rest] = argv;
    // The kernel puts the interpreter of a script before it.
    const name = program.slice(program.lastIndexOf('/') + 1);
    const word = interpreter.test(name) ? scriptWord(name, rest) : undefined;
    if (word === undefined) continue;
    paths.add(word.startsWith('/') || cwd === undefined ? word : `${cwd}/${word.replace(/^\.\//, '')}`);
  }
  return paths;
}
