/**
 * `linux.bt-panel` and `linux.cpanel`: jobs and hooks of two web panels.
 *
 * The panel of BT (宝塔, aaPanel) keeps every timed task as a script in /www/server/cron, which root's table calls
 * by a random name; cPanel runs scripts before and after what it does, and hooks of hooks.yaml. Why: a stolen panel
 * is a way in and a guard; its random names look like a miner's, and must not be taken for one. What it is NOT: the
 * panels' databases. Sources: aaPanel class/crontab.py; cPanel & WHM "Guide to Standardized Hooks", "Script hooks".
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import { type PathText, phrase, printableText } from '../../../model/text.ts';
import { entry, filesIn, scriptEntry, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const root = phrase`root`;
const taskFolder = printableText('/www/server/cron');

export const btPanel: PersistenceArtifact = {
  id: 'linux.bt-panel',
  sources: [{ kind: 'glob', path: `${taskFolder}/*`, live: false }],
  mechanisms: ['bt-panel'],
  order: 14,
  required: false,
  gather(context) {
    const facts = filesIn(
      context,
      this.id,
      taskFolder,
      (name) => !/\.(?:log|pl|json|lock)$/.test(name),
    ).flatMap(
      ({ path }) =>
        scriptEntry(context, this.id, path, {
          mechanism: 'bt-panel',
          user: root,
          trigger: phrase`task of the panel`,
        }) ?? [],
    );
    return Promise.resolve(facts);
  },
};

const scriptFolders = ['/usr/local/cpanel/scripts', '/scripts'].map((path): PathText => printableText(path));
const hooks = printableText('/var/cpanel/hooks.yaml');
/** The scripts that cPanel leaves to the owner: it brings none of these names itself. */
const ownScript =
  /^(?:pre|post)(?:upcp|wwwacct|killacct|suspendacct|unsuspendacct|modifyacct|pkgacct|restorepkg|easyapache|emailadd|ftpadd|subadd|parkadd|fwdadd|mysqladd|ftpdel|uptcp)$/;

export const cpanel: PersistenceArtifact = {
  id: 'linux.cpanel',
  sources: [
    ...scriptFolders.map((path) => ({ kind: 'glob' as const, path: `${path}/{pre,post}*`, live: false })),
    { kind: 'file', path: hooks, live: false },
  ],
  mechanisms: ['cpanel'],
  order: 14,
  required: false,
  gather(context) {
    const linked = context.target.readNow({ kind: 'link', path: printableText('/scripts') }).status === 'ok';
    const scripts = scriptFolders
      .slice(0, linked ? 1 : 2)
      .flatMap((folder) => filesIn(context, this.id, folder, (name) => ownScript.test(name)))
      .flatMap(
        ({ path }) =>
          scriptEntry(context, this.id, path, {
            mechanism: 'cpanel',
            user: root,
            trigger: phrase`hook of the panel`,
          }) ?? [],
      );
    const { bytes } = readFileNow(context, this.id, hooks, settingsLimit);
    const named = [...textLines(bytes, { lines: 20_000, longest: 4096 })].flatMap(({ line, text }) => {
      const match = /^\s*(?:-\s*)?hook:\s*["']?(\/[^"'\s]+)/.exec(text);
      if (match === null) return [];
      const target = printableLatin1(match[1] ?? '');
      const given = {
        mechanism: 'cpanel',
        user: root,
        trigger: phrase`hook of the panel`,
        language: 'argv',
      } as const;
      return [
        entry({
          ...given,
          source: { source: hooks, line },
          command: target,
          target,
          text: printableLatin1(text),
        }),
      ];
    });
    return Promise.resolve([...scripts, ...named]);
  },
};
