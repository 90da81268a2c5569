/**
 * What environments tell: libraries forced into programs, and the marks of rootkits.
 *
 * What: LD_PRELOAD or LD_AUDIT that names a library in a drop place or an unowned one among the system's; the
 * variables by which known rootkits recognise their own processes.
 * Why: a preloaded library can filter every listing that the program makes (libprocesshider, perfctl).
 * What it is NOT: an alarm about preloading. Allocators, fakeroot, APM agents and sandboxes do it openly, from
 * packages, /usr/local, /opt or home folders.
 * Sources: ld.so(8); linux-hiding §3.5 (marks: Azazel, HiddenWasp, Symbiote, perfctl).
 */
import type { EnvironmentFact } from '../model/facts/process.ts';
import type { Finding } from '../model/finding.ts';
import { phrase } from '../model/text.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { isDropPlace, mountedImages, placeIn } from './place.ts';
import { nameOf, type ProcessRecords, recordsOf, subjectOf } from './process-record.ts';

const loaders = new Set(['LD_PRELOAD', 'LD_AUDIT']);
const rootkitMarks = new Set(['HIDE_THIS_SHELL', 'I_AM_HIDDEN', 'HTTP_SETTHIS', 'AAZHDE']);
const librariesJudged = 16;

type Doubt = 'dropped' | 'unowned' | 'none';

function doubtOf(library: string, records: ProcessRecords, images: ReadonlySet<string>): Doubt {
  if (!library.startsWith('/')) return 'none';
  const owner = records.owners.get(library);
  if (owner !== undefined && owner.package !== '') return 'none';
  const place = placeIn(library, images);
  if (isDropPlace(place)) return 'dropped';
  // Only the folders that belong to packages: what is put into /usr/local and /opt is put there by people.
  const packaged = place === 'system' && !/^\/(?:usr\/local|opt)\//.test(library);
  return owner !== undefined && packaged ? 'unowned' : 'none';
}

function preloads(
  fact: EnvironmentFact,
  records: ProcessRecords,
  images: ReadonlySet<string>,
): readonly Finding[] {
  const found: Finding[] = [];
  for (const mark of fact.marks) {
    if (!loaders.has(mark.name)) continue;
    const libraries = mark.value
      .slice(0, 8192)
      .split(/[:\s]+/)
      .slice(0, librariesJudged);
    for (const library of libraries) {
      const doubt = doubtOf(library, records, images);
      if (doubt === 'none') continue;
      found.push(
        finding(
          'disguise.preload',
          { process: nameOf(records, fact), pid: fact.pid, variable: mark.name, library },
          {
            severity: doubt === 'dropped' ? 'medium' : 'low',
            confidence: doubt === 'dropped' ? 75 : 40,
            technique: 'T1574.006',
            bearing: 'hides',
            witness: 'environment',
            subject: subjectOf(fact),
            evidence: [{ ...fact.source, offset: mark.offset, text: phrase`${mark.name}=${mark.value}` }],
            benign: ['allocator-preload', 'developer-build'],
          },
        ),
      );
    }
  }
  return found;
}

function marks(fact: EnvironmentFact, records: ProcessRecords): Finding | undefined {
  const name =
    fact.names.find((one) => rootkitMarks.has(one)) ??
    fact.marks.find((one) => rootkitMarks.has(one.name))?.name;
  if (name === undefined) return undefined;
  return finding(
    'disguise.rootkit-mark',
    { process: nameOf(records, fact), pid: fact.pid, variable: name },
    {
      severity: 'high',
      confidence: 90,
      technique: 'T1014',
      bearing: 'hides',
      witness: 'environment',
      subject: subjectOf(fact),
      evidence: [{ ...fact.source, text: name }],
      benign: [],
    },
  );
}

export const environmentMarks: Analyzer = {
  id: 'environment-marks',
  rules: ['disguise.preload', 'disguise.rootkit-mark'],
  analyze(facts, context) {
    const records = recordsOf(facts, context);
    const images = mountedImages(facts);
    return facts
      .of('environment')
      .flatMap((fact) => [...preloads(fact, records, images), marks(fact, records)])
      .filter((found) => found !== undefined);
  },
};
