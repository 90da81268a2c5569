/**
 * `linux.logrotate`: shell text that logrotate runs as root each day.
 *
 * Reads logrotate.conf, the folder beside it, and what they include. Why: `postrotate` of a file that everybody has is
 * run by a timer of the distribution and looked at by nobody. What it is NOT: which logs are kept. A file whose name
 * logrotate passes over (its tabooext) is not active. Sources: logrotate(8); bound: 512 files.
 */
import { parseLogrotate } from '../../../formats/logrotate.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { isThere, pathsOf } from './hook-folder.ts';

const id = 'linux.logrotate';
const folder = printableText('/etc/logrotate.d');
const files = pathsOf('/etc/logrotate.conf /usr/etc/logrotate.conf');
const vendor = printableText('/usr/etc/logrotate.d');
/** The extensions that logrotate itself passes over in a folder. */
const passedOver =
  /(?:,v|~|\.(?:bak|cfsaved|disabled|swp|rpmnew|rpmorig|rpmsave|dpkg-\w+|ucf-\w+|rhn-cfg-tmp-.*))$/;
const mostFiles = 512;
const mostLines = 2_000;

class Rotation {
  readonly facts: PersistenceFact[] = [];
  readonly #context: ArtifactContext;
  readonly #seen = new Set<string>();

  constructor(context: ArtifactContext) {
    this.#context = context;
  }

  readFolder(path: PathText): void {
    for (const file of filesIn(this.#context, id, path)) this.read(file.path);
  }

  read(path: PathText): void {
    if (this.#seen.has(path) || this.#seen.size >= mostFiles) return;
    this.#seen.add(path);
    const { scripts, programs, includes } = parseLogrotate(
      readFileNow(this.#context, id, path, settingsLimit).bytes,
    );
    const given = {
      mechanism: 'logrotate-hook',
      user: phrase`root`,
      active: !passedOver.test(path),
    } as const;
    for (const { keyword, line, lines } of scripts) {
      const told = lines.filter(({ text }) => text.trim() !== '').slice(0, mostLines);
      const [first] = told;
      if (first === undefined) continue;
      const only = told.length === 1;
      this.facts.push(
        entry({
          ...given,
          source: { source: path, line: first.line },
          trigger: printableLatin1(keyword),
          command: only ? printableLatin1(first.text.trim()) : phrase``,
          body: only ? [] : told.map((one) => ({ line: one.line, text: printableLatin1(one.text) })),
          text: printableLatin1(`${keyword} (line ${line}): ${first.text.trim()}`.slice(0, 4096)),
        }),
      );
    }
    for (const { keyword, program, line } of programs) {
      this.facts.push(
        entry({
          ...given,
          source: { source: path, line },
          trigger: printableLatin1(keyword),
          command: printableLatin1(program),
          language: 'argv',
          target: printableLatin1(program),
          text: printableLatin1(`${keyword} ${program}`),
        }),
      );
    }
    for (const include of includes) {
      const at = printableLatin1(include.replace(/\/+$/, ''));
      const { stat } = this.#context.target.readNow({ kind: 'stat', path: at, follow: true });
      if (stat?.type === 'directory') this.readFolder(at);
      else if (stat !== undefined) this.read(at);
    }
  }
}

export const logrotate: PersistenceArtifact = {
  id,
  sources: [
    ...files.map((path) => ({ kind: 'file' as const, path, live: false })),
    ...[folder, vendor].map((path) => ({ kind: 'glob' as const, path: `${path}/*`, live: false })),
  ],
  mechanisms: ['logrotate-hook'],
  order: 13,
  required: false,
  gather(context) {
    const rotation = new Rotation(context);
    for (const path of files) if (isThere(context, path)) rotation.read(path);
    // Also where the line that takes the folder in was left out.
    rotation.readFolder(folder);
    if (isThere(context, vendor)) rotation.readFolder(vendor);
    return Promise.resolve(rotation.facts);
  },
};
