/**
 * `linux.cloud-init`: what the machine was told to run when it was made, and what runs at each of its boots.
 *
 * Reads scripts of per-boot, per-instance, per-once and the vendor, user and vendor data of each instance and of seeds,
 * and the lists that run or write in cloud.cfg and its parts. Why: per-boot scripts and `bootcmd` run as root at every
 * boot, and an image that was sold with a miner holds it here, as do stolen cloud accounts that start machines.
 * What it is NOT: users, passwords and keys in user data, which are never told. Data of an instance that is not the
 * present one is not active. Sources: cloud-init documentation, "User-Data formats", "Module reference" (Bootcmd,
 * Runcmd, Write Files, Scripts Per Boot), "Disabling cloud-init". Bounds: 32 instances, 1,000 items of one file.
 */
import { type CloudPart, parseCloudUserData } from '../../../formats/cloud-user-data.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { BodyLine, CommandLanguage, PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { bodyOf, entry, filesIn, foldersIn, languageOf, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { hookScripts, isThere, leftOver, pathsOf } from './hook-folder.ts';

const id = 'linux.cloud-init';
const state = printableText('/var/lib/cloud');
const scriptKinds = ['per-boot', 'per-instance', 'per-once', 'vendor'].map((name) => printableText(name));
const instances = joinPath(state, printableText('instances'));
const current = joinPath(state, printableText('instance'));
const dataNames = pathsOf('user-data.txt vendor-data.txt vendor-data2.txt');
const instanceScripts = printableText('scripts');
const seeds = pathsOf('/var/lib/cloud/seed/nocloud /var/lib/cloud/seed/nocloud-net');
const seedNames = pathsOf('user-data vendor-data');
const handlers = joinPath(state, printableText('handlers'));
const config = printableText('/etc/cloud/cloud.cfg');
const configFolder = printableText('/etc/cloud/cloud.cfg.d');
const disabled = printableText('/etc/cloud/cloud-init.disabled');
const mostInstances = 32;
const mostShown = 4096;
const root = phrase`root`;

const bodyFrom = (text: string, first: number): readonly BodyLine[] =>
  bodyOf(Buffer.from(text, 'latin1')).map((one) => ({ line: one.line + first - 1, text: one.text }));

/** Where a part is run: at each boot, or once for an instance. */
const triggerOf = (part: CloudPart): Printable => {
  if (part.kind === 'command' && part.key === 'bootcmd') return phrase`boot`;
  if (part.kind === 'script' && part.boothook) return phrase`boot`;
  return phrase`first boot`;
};

/** Files that are written to be run: by their mode, by their first line, or by where they go. */
const isRun = (permissions: string, content: string): boolean =>
  content.startsWith('#!') || /[1357]/.test(permissions.replace(/^0?o?/, '').slice(-3));

/** What a file that is written will be read as; `none` for settings and data. */
function languageFor(path: string, permissions: string, content: string): CommandLanguage {
  if (isRun(permissions, content)) return languageOf(Buffer.from(content.slice(0, 256), 'latin1'));
  return /\/(?:cron[\w.]*|profile\.d|rc\.local)(?:\/|$)|\.(?:bash\w*|profile|zshrc)$/.test(path)
    ? 'shell'
    : 'none';
}

function factOf(path: PathText, part: CloudPart, active: boolean): PersistenceFact {
  const given = {
    source: { source: path, line: part.line },
    mechanism: 'cloud-init' as const,
    user: root,
    trigger: triggerOf(part),
    active,
  };
  switch (part.kind) {
    case 'script': {
      const [first] = textLines(Buffer.from(part.text.slice(0, mostShown), 'latin1'), { lines: 1 });
      const language = languageOf(Buffer.from(part.text.slice(0, 256), 'latin1'));
      return entry({
        ...given,
        language,
        body: bodyFrom(part.text, part.line),
        text: printableLatin1(first?.text ?? ''),
      });
    }
    case 'command': {
      const command = printableLatin1(part.command);
      const text = printableLatin1(`${part.key}: ${part.command}`.slice(0, mostShown));
      return entry({ ...given, command, language: part.argv ? 'argv' : 'shell', text });
    }
    case 'file': {
      const language = languageFor(part.path, part.permissions, part.content);
      const text = printableLatin1(`write_files: ${part.path}`.slice(0, mostShown));
      // A file of settings is written, and not run.
      if (language === 'none') return entry({ ...given, language, text });
      return entry({
        ...given,
        language,
        ...(part.path.startsWith('/') ? { target: printableLatin1(part.path) } : {}),
        body: bodyFrom(part.content, 1),
        text,
      });
    }
    case 'include':
      return entry({
        ...given,
        command: printableLatin1(part.url),
        language: 'setting',
        marks: ['foreign-host'],
        text: printableLatin1(`#include ${part.url}`.slice(0, mostShown)),
      });
  }
}

function readData(context: ArtifactContext, path: PathText, active: boolean): readonly PersistenceFact[] {
  if (!isThere(context, path)) return [];
  const { bytes } = readFileNow(context, id, path, settingsLimit);
  return parseCloudUserData(bytes).map((part) => factOf(path, part, active));
}

/** The name of the present instance; nothing where there is none. */
function presentInstance(context: ArtifactContext): string | undefined {
  const link = context.target.readNow({ kind: 'link', path: current });
  return link.status === 'ok' ? link.target.slice(link.target.lastIndexOf('/') + 1) : undefined;
}

function readInstances(context: ArtifactContext, on: boolean): readonly PersistenceFact[] {
  const present = presentInstance(context);
  return foldersIn(context, id, instances)
    .slice(0, mostInstances)
    .flatMap(({ path, name }) => {
      const active = on && (present === undefined || present === name);
      const scripts = hookScripts(context, id, {
        folder: joinPath(path, instanceScripts),
        given: { mechanism: 'cloud-init', user: root, trigger: phrase`first boot` },
      });
      return [
        ...dataNames.flatMap((data) => readData(context, joinPath(path, data), active)),
        ...scripts.map((fact) => ({ ...fact, active: active && fact.active })),
      ];
    });
}

export const cloudInit: PersistenceArtifact = {
  id,
  sources: [
    ...scriptKinds.map((kind) => ({
      kind: 'glob' as const,
      path: `${state}/scripts/${kind}/*`,
      live: false,
    })),
    ...dataNames.map((name) => ({ kind: 'glob' as const, path: `${instances}/*/${name}`, live: false })),
    { kind: 'glob', path: `${instances}/*/${instanceScripts}/*`, live: false },
    ...seeds.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*-data`, live: false })),
    { kind: 'glob', path: `${handlers}/*`, live: false },
    { kind: 'file', path: config, live: false },
    { kind: 'glob', path: `${configFolder}/*.cfg`, live: false },
  ],
  mechanisms: ['cloud-init'],
  order: 13,
  required: false,
  gather(context) {
    const on = !isThere(context, disabled);
    const scripts = scriptKinds.flatMap((kind) =>
      hookScripts(context, id, {
        folder: joinPath(joinPath(state, instanceScripts), kind),
        given: {
          mechanism: 'cloud-init',
          user: root,
          trigger: kind === 'per-boot' ? phrase`boot` : phrase`first boot`,
        },
      }),
    );
    const parts = hookScripts(context, id, {
      folder: handlers,
      given: { mechanism: 'cloud-init', user: root, trigger: phrase`boot`, language: 'python' },
      names: (name) => name.endsWith('.py'),
      sourced: true,
    });
    const settings = filesIn(
      context,
      id,
      configFolder,
      (name) => name.endsWith('.cfg') && !leftOver.test(name),
    );
    const facts = [
      ...[...scripts, ...parts].map((fact) => ({ ...fact, active: on && fact.active })),
      ...readInstances(context, on),
      ...seeds.flatMap((folder) =>
        seedNames.flatMap((name) => readData(context, joinPath(folder, name), on)),
      ),
      ...[config, ...settings.map(({ path }) => path)].flatMap((path) => readData(context, path, on)),
    ];
    return Promise.resolve(facts);
  },
};
