/**
 * From who brought something back to what of that may be planned: pure.
 *
 * That a process was seen to write what had been removed is one source of truth, and says not yet whose it is: a web
 * server that is broken into writes too. So of its chain (the writer, its parent, and so on) a file is taken for the
 * attacker's where a second source speaks against it as well: it lies where things are hidden or dropped, no package owns
 * it where all else is owned, the scan tells of its process, or of the entry that starts it. A guard that holds its miner
 * while it is looked for is not seen by the scan: there it counts that the same program wrote what was removed and started
 * it as well, which the kernel told on two ways, and that it serves nobody. The rest is told as left.
 */
import { isHidden, isPackageLand, isTemporary } from '../../detect/persistence/places.ts';
import type { LeftOut } from '../../model/plan.ts';
import type { ResultPersistence } from '../../model/result.ts';
import { baseName, folderOf, type PathText } from '../../model/text.ts';
import type { Comeback, ProcessLink, WatchRecord } from '../../model/watch.ts';
import { type CaseView, isSurveyed, type Survey, type Witnessed } from '../plan/case-view.ts';
import { printableOf } from '../plan/printable-of.ts';
import { pathsNamedBy } from '../plan/target-drafts.ts';

/** What came back, and who did it: the chain begins with the writer, or with the process that runs again. */
export interface Sighting {
  readonly id: string;
  readonly kind: Comeback['kind'];
  readonly chain: readonly ProcessLink[];
}

/** Files of a chain, of which the owner is asked. */
const filesOfChains = (sightings: readonly Sighting[]): readonly PathText[] => [
  ...new Set(sightings.flatMap(({ chain }) => chain.flatMap(filesOfLink))),
];

const filesOfLink = ({ exe, script, container }: ProcessLink): readonly PathText[] =>
  // A path in a container is another file.
  container !== undefined
    ? []
    : [...(script === undefined ? [] : [script]), ...(exe === undefined ? [] : [exe])];

/** The command that a shell was given: `sh -c COMMAND`. */
function commandOf({ argv }: ProcessLink): string | undefined {
  const at = argv.findIndex((word) => /^-[a-z]*c$/.test(word));
  return at < 0 ? undefined : argv[at + 1];
}

/** `x.service` itself, its drop-ins, and the timer that starts it. */
function isOfUnit(row: ResultPersistence, unit: string): boolean {
  if (!/\.service$/.test(unit)) return false;
  const name = baseName(printableOf(row.source));
  const folder = baseName(folderOf(printableOf(row.source)));
  return name === unit || folder === `${unit}.d` || name === unit.replace(/\.service$/, '.timer');
}

function isNamed(row: ResultPersistence, path: string): boolean {
  return row.source === path || row.target === path || pathsNamedBy(row).includes(path);
}

class Grounds {
  readonly #view: CaseView;
  readonly #survey: Survey;

  constructor(view: CaseView, survey: Survey) {
    this.#view = view;
    this.#survey = survey;
  }

  /** A file that is there and of no package, or that is no longer what its package brought. */
  isForeign(path: string): boolean {
    const found = this.#survey.at(path);
    if (!isSurveyed(found)) return false;
    return found.owner.kind !== 'package' || found.integrity === 'changed' || found.integrity === 'replaced';
  }

  isOfPackage(path: string): boolean {
    const found = this.#survey.at(path);
    return isSurveyed(found) && found.owner.kind === 'package';
  }

  /** Entries that start a link of the chain: by its files, by its unit, or by the command of its shell. */
  entriesOf(link: ProcessLink): readonly ResultPersistence[] {
    const files = filesOfLink(link).filter((path) => this.isForeign(path));
    const command = commandOf(link);
    return this.#view.result.persistence.filter(
      (row) =>
        files.some((path) => isNamed(row, path)) ||
        (command !== undefined && row.command !== '' && row.command === command) ||
        (link.unit !== undefined && isOfUnit(row, link.unit)),
    );
  }

  /** Programs that were seen to write and to start what was removed, first of all in their chains. */
  seenTwice(sightings: readonly Sighting[]): ReadonlySet<string> {
    const of = (started: boolean): ReadonlySet<string> =>
      new Set(
        sightings
          .filter(({ kind }) => (kind === 'program') === started && kind !== 'entry' && kind !== 'miner')
          .flatMap(({ chain }) => {
            // Of what runs again, whoever started it.
            const links = started ? chain.slice(1) : chain;
            const first = links.find((link) => filesOfLink(link).some((path) => this.isForeign(path)));
            return first === undefined || this.#listens(first)
              ? []
              : filesOfLink(first).filter((path) => this.isForeign(path));
          }),
      );
    return of(false).intersection(of(true));
  }

  #listens({ pid }: ProcessLink): boolean {
    return this.#view.result.sockets.some(({ state, pids }) => state === 'listen' && pids.includes(pid));
  }

  speaksAgainst(link: ProcessLink, path: string, rows: readonly ResultPersistence[]): boolean {
    const { processes } = this.#view.result;
    const process = processes.find(({ pid, exe }) => pid === link.pid && exe === link.exe);
    return (
      isTemporary(path) ||
      isHidden(path) ||
      (isPackageLand(path) && !this.isOfPackage(path)) ||
      (process !== undefined && process.judgement !== 'benign' && process.judgement !== 'excused') ||
      rows.some((row) => row.judgement !== 'benign' && isNamed(row, path))
    );
  }
}

/** @param survey asked of the files of the chains, and of the sources of entries */
export function witnessedBy(view: CaseView, sightings: readonly Sighting[], survey: Survey): Witnessed {
  const grounds = new Grounds(view, survey);
  const paths = new Map<string, string[]>();
  const entries = new Map<string, string[]>();
  const left = new Map<string, LeftOut>();
  const twice = grounds.seenTwice(sightings);
  const add = (to: Map<string, string[]>, key: string, id: string): void => {
    const ids = to.get(key) ?? [];
    if (!ids.includes(id)) to.set(key, [...ids, id]);
  };
  for (const { id, chain } of sightings) {
    for (const link of chain) {
      if (link.pid === 1) break;
      const rows = grounds.entriesOf(link);
      for (const path of filesOfLink(link).filter((one) => grounds.isForeign(one))) {
        if (twice.has(path) || grounds.speaksAgainst(link, path, rows)) add(paths, path, id);
        else left.set(path, { subject: id, what: path, why: 'one-signal', addable: false });
      }
      for (const row of rows) {
        const names = [...paths.keys()].some((path) => isNamed(row, path));
        const foreign = grounds.isForeign(row.source);
        if (foreign && (names || row.judgement !== 'benign')) {
          add(entries, row.id, id);
          add(paths, row.source, id);
        } else if (foreign) {
          left.set(row.source, {
            subject: row.id,
            what: printableOf(row.source),
            why: 'one-signal',
            addable: true,
          });
        }
      }
    }
  }
  // The source of an entry is changed as its kind wants it: a line of a table, a whole unit.
  const sources = new Set(
    view.result.persistence.filter(({ id }) => entries.has(id)).map(({ source }) => source),
  );
  return {
    paths: new Map([...paths].filter(([path]) => !sources.has(path))),
    entries,
    sources: new Map([...paths].filter(([path]) => sources.has(path))),
    left: [...left.values()],
  };
}

/** What a watch saw and nobody has removed yet. */
export const sightingsOf = ({ returns }: Pick<WatchRecord, 'returns'>): readonly Sighting[] =>
  returns.flatMap(({ id, kind, writer, answer }) =>
    writer === undefined || answer?.removed === 'done' ? [] : [{ id, kind, chain: writer.chain }],
  );

/** Sources of entries that a chain may lead to, which the survey must know as well. */
const sourcesOfChains = (view: CaseView, sightings: readonly Sighting[]): readonly string[] => {
  const files = new Set<string>(filesOfChains(sightings));
  const links = sightings.flatMap(({ chain }) => chain);
  const commands = new Set(links.flatMap((link) => commandOf(link) ?? []));
  const units = links.flatMap(({ unit }) => unit ?? []);
  return [
    ...new Set(
      view.result.persistence
        .filter(
          (row) =>
            [row.source, ...pathsNamedBy(row)].some((path) => files.has(path)) ||
            commands.has(row.command) ||
            units.some((unit) => isOfUnit(row, unit)),
        )
        .map(({ source }) => source),
    ),
  ];
};

/** A case with what a watch saw in it. @param surveyOf asks what paths are now */
export async function withSightings(
  view: CaseView,
  sightings: readonly Sighting[],
  surveyOf: (paths: readonly string[]) => Promise<Survey>,
): Promise<CaseView> {
  if (sightings.length === 0) return view;
  const survey = await surveyOf([...filesOfChains(sightings), ...sourcesOfChains(view, sightings)]);
  return { ...view, witnessed: witnessedBy(view, sightings, survey) };
}
