/** Logs of web servers and scenes for tests of the web's ways in. Addresses are of documentation; nothing here runs. */
import { nginxAccess } from '../../formats/log/web/access.ts';
import { readLog } from '../../formats/log/web/web.fixture.ts';
import { printableText } from '../../model/text.ts';
import type { Scene, SceneFile, SceneMiner } from '../scene.ts';
import type { EntryWatcher } from './watcher.ts';

export const attacker = '203.0.113.66';
/** The moment of the success in tests. */
export const momentMs = Date.UTC(2024, 5, 12, 3, 4, 5);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

function stamp(ms: number): string {
  const at = new Date(ms);
  const day = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}

export interface Asked {
  readonly target: string;
  readonly ms?: number;
  readonly status?: number;
  readonly size?: number;
  readonly method?: string;
  readonly client?: string;
  readonly agent?: string;
}

/** A line as nginx writes it. */
export function lineOf(asked: Asked): string {
  const {
    target,
    ms = momentMs,
    status = 200,
    size = 31,
    method = 'GET',
    client = attacker,
    agent = 'curl/8',
  } = asked;
  return `${client} - - [${stamp(ms)}] "${method} ${target} HTTP/1.1" ${status} ${size} "-" "${agent}"`;
}

const nowhere = { source: printableText('/findings') };

export const fileOf = (
  given: Partial<Omit<SceneFile, 'path' | 'owner'>> & { readonly path: string; readonly owner: string },
): SceneFile => ({
  source: nowhere,
  modifiedUs: 0,
  changedUs: (momentMs + 12_000) * 1000,
  uid: 33,
  finding: 'f1',
  text: printableText(given.path),
  ...given,
  path: printableText(given.path),
  owner: printableText(given.owner),
});

export const minerOf = (account: string, parents: readonly string[]): SceneMiner => ({
  pid: 4242,
  account: printableText(account),
  startUs: (momentMs + 20_000) * 1000,
  executable: printableText('/tmp/.x/kdevtmpfsi'),
  parents: parents.map(printableText),
  source: nowhere,
  text: printableText('kdevtmpfsi'),
});

export const sceneOf = (given: Partial<Scene> = {}): Scene => ({
  files: [],
  entries: [],
  miners: [],
  keys: [],
  doors: [],
  addresses: new Set(),
  ...given,
});

/** Shows a log of nginx to a watcher. */
export function show(watcher: EntryWatcher, lines: readonly string[]): void {
  for (const event of readLog(nginxAccess, lines.join('\n')).events) watcher.see(event);
}
