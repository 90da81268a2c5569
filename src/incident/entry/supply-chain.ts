/**
 * What was installed ran it: a hook of a package of npm, pip, composer, apt, of a repository or an editor's project.
 *
 * The trace is in the package's own place (a hook that is accused, a file below node_modules or site-packages); the log
 * or a history tells of the command that brought it minutes before. What it is NOT: an installation beside a trace that
 * lies elsewhere; administrators install while attackers work.
 * Source: knowledge on families §3, on entry §5.1 (apt, dpkg); npm documentation, scripts; Python, site.
 */
import type { LogEvent } from '../../model/facts/event.ts';
import { printableText } from '../../model/text.ts';
import type { Scene } from '../scene.ts';
import { earlierUs, minutesUs, type WayIn } from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { wayIn } from './claim.ts';
import { type Kept, keep } from './kept.ts';
import { Moments } from './moments.ts';
import type { EntryWatcher } from './watcher.ts';

type Manager = 'npm' | 'pip' | 'composer' | 'system' | 'git';

interface Installed extends Kept {
  readonly manager: Manager;
  readonly account: string;
}

const commands: readonly (readonly [Manager, RegExp])[] = [
  [
    'npm',
    /\b(?:npm|npx|pnpm|yarn|bun)\s+(?:-\S{1,40}\s+){0,4}(?:i|ci|add|install|update|exec|dlx|create)\b|\bnpx\s+\S/,
  ],
  [
    'pip',
    /\b(?:pip[\d.]{0,4}|pipx|uv|poetry|conda|easy_install)\b.{0,80}\b(?:install|add|sync|update)\b|\bsetup\.py\s+install\b/,
  ],
  ['composer', /\bcomposer\b.{0,80}\b(?:install|require|update|create-project)\b/],
  [
    'system',
    /\b(?:apt|apt-get|dpkg|yum|dnf|rpm|zypper|pacman|apk)\b.{0,80}(?:\binstall\b|\badd\b|\s-(?:i|S|U)\w{0,4}\b)/,
  ],
  ['git', /\bgit\b.{0,80}\b(?:clone|pull|checkout|submodule)\b|\bcode\s+\S/],
];

/** Whose hooks and places they are. */
const mechanisms: Readonly<Record<string, Manager>> = {
  'npm-hook': 'npm',
  'pip-setting': 'pip',
  'python-path-file': 'pip',
  'python-site-hook': 'pip',
  'composer-hook': 'composer',
  'apt-hook': 'system',
  'dpkg-script': 'system',
  'dpkg-hook': 'system',
  'dnf-plugin': 'system',
  'yum-plugin': 'system',
  'pacman-hook': 'system',
  'git-hook': 'git',
  'git-setting': 'git',
  'editor-task': 'git',
};

const places: readonly (readonly [Manager, RegExp])[] = [
  ['npm', /\/node_modules\//],
  ['pip', /\/(?:site|dist)-packages\//],
  ['composer', /\/vendor\/composer\//],
];

interface Hook {
  readonly manager: Manager;
  readonly us: number;
  readonly path: string;
}

function hooksOf({ entries, files }: Scene): readonly Hook[] {
  const hooks: Hook[] = entries.flatMap(({ mechanism, changedUs, source }) => {
    const manager = Object.hasOwn(mechanisms, mechanism) ? mechanisms[mechanism] : undefined;
    return manager === undefined || changedUs === undefined
      ? []
      : [{ manager, us: changedUs, path: source.source }];
  });
  for (const { path, changedUs, bornUs } of files) {
    const manager = places.find(([, form]) => form.test(path))?.[0];
    const us = bornUs ?? changedUs;
    if (manager !== undefined && us !== undefined) hooks.push({ manager, us, path });
  }
  return hooks.sort((a, b) => a.us - b.us);
}

export class SupplyChainWatcher implements EntryWatcher {
  readonly #installed = new Map<Manager, Moments<Installed>>();

  see(event: LogEvent): void {
    if (event.what === 'package') {
      if (event.action === 'installed' || event.action === 'upgraded' || event.action === 'command') {
        this.#add('system', event, 'root');
      }
    } else if (event.what === 'command') {
      const found = commands.find(([, form]) => form.test(event.command.slice(0, 500)));
      if (found !== undefined) this.#add(found[0], event, event.account);
    }
  }

  #add(manager: Manager, event: LogEvent, account: string): void {
    let times = this.#installed.get(manager);
    if (times === undefined) {
      times = new Moments<Installed>(512);
      this.#installed.set(manager, times);
    }
    times.note(event.us, () => ({ ...keep(event), manager, account }));
  }

  conclude(scene: Scene): readonly WayIn[] {
    const hooks = hooksOf(scene);
    for (const { manager, us, path } of hooks) {
      // Unpacking goes on while the command runs: the file is there within the half hour after it began.
      const before = (this.#installed.get(manager)?.kept() ?? []).filter(
        (one) => one.us <= us + earlierUs && one.us >= us - minutesUs,
      );
      const last = before.at(-1);
      if (last === undefined) continue;
      const account = last.account === '' ? 'root' : last.account;
      const way = wayIn(
        {
          vector: 'supply-chain',
          service: manager,
          account: printableText(account),
          attackers: [],
          successes: [last],
          owns: (trace) => trace.path === path || trace.owner === account || account === 'root',
          written: { us, grounded: true },
        },
        scene,
        new Aftermath(scene),
      );
      if (way !== undefined) return [way];
    }
    return [];
  }
}
