/**
 * `linux.supervisor`, `linux.monit` and `linux.xinetd`: other people's software that starts programs again.
 *
 * Why: a supervisor restarts the miner within a second, and its own unit is honest. What it is NOT: what the
 * daemons hold in memory. Sources: supervisord.org "Configuration File"; monit(1) "SERVICE METHODS", "ACTION";
 * xinetd.conf(5), inetd.conf(5).
 */
import { parseIni } from '../../../formats/ini-settings.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const paths = (list: readonly string[]): readonly PathText[] => list.map((path) => printableText(path));
const root = phrase`root`;

interface Places {
  readonly files: readonly PathText[];
  readonly folders: readonly PathText[];
  readonly matches: (name: string) => boolean;
}

const sourcesOf = ({ files, folders }: Places) => [
  ...files.map((path) => ({ kind: 'file' as const, path, live: false })),
  ...folders.map((path) => ({ kind: 'glob' as const, path: `${path}/*`, live: false })),
];

function readAll(
  context: ArtifactContext,
  artifact: string,
  { files, folders, matches }: Places,
  read: (path: PathText, bytes: Uint8Array) => readonly PersistenceFact[],
): readonly PersistenceFact[] {
  const there = files.filter((path) => context.target.readNow({ kind: 'stat', path }).status !== 'absent');
  const listed = folders.flatMap((folder) =>
    filesIn(context, artifact, folder, matches).map(({ path }) => path),
  );
  return [...there, ...listed].flatMap((path) =>
    read(path, readFileNow(context, artifact, path, settingsLimit).bytes),
  );
}

const supervisorPlaces: Places = {
  files: paths([
    '/etc/supervisord.conf',
    '/etc/supervisor/supervisord.conf',
    '/www/server/panel/plugin/supervisor/supervisord.conf',
  ]),
  folders: paths([
    '/etc/supervisor/conf.d',
    '/etc/supervisord.d',
    '/etc/supervisor.d',
    '/www/server/panel/plugin/supervisor/profile',
  ]),
  matches: (name) => /\.(?:conf|ini)$/.test(name),
};

function supervisorFacts(path: PathText, bytes: Uint8Array): readonly PersistenceFact[] {
  const sections = Map.groupBy(parseIni(bytes), ({ section }) => section);
  return [...sections].flatMap(([section, settings]) => {
    if (!/^(?:program|eventlistener|fcgi-program):/.test(section)) return [];
    const of = (key: string) => settings.find((one) => one.key === key);
    const command = of('command');
    if (command === undefined) return [];
    const starts = of('autostart')?.value !== 'false';
    return [
      entry({
        source: { source: path, line: command.line },
        mechanism: 'supervisor',
        user: printableLatin1(of('user')?.value ?? 'root'),
        trigger: printableLatin1(section),
        command: printableLatin1(command.value),
        language: 'argv',
        active: starts,
        marks: starts ? ['restarts'] : ['switched-off'],
        text: command.text,
      }),
    ];
  });
}

export const supervisor: PersistenceArtifact = {
  id: 'linux.supervisor',
  sources: sourcesOf(supervisorPlaces),
  mechanisms: ['supervisor'],
  order: 14,
  required: false,
  gather(context) {
    return Promise.resolve(readAll(context, this.id, supervisorPlaces, supervisorFacts));
  },
};

const monitPlaces: Places = {
  files: paths(['/etc/monitrc', '/etc/monit/monitrc', '/etc/monit.conf', '/usr/local/etc/monitrc']),
  folders: paths(['/etc/monit/conf.d', '/etc/monit.d', '/etc/monit/conf-enabled', '/etc/monit/monitrc.d']),
  matches: (name) => !name.endsWith('~'),
};

const quotedText = `(?:"([^"]*)"|'([^']*)'|(\\S+))`;
const monitForms = [
  new RegExp(`\\b(?:start|stop|restart)(?:\\s+program)?\\s*=?\\s*${quotedText}`, 'gi'),
  new RegExp(`\\bexec\\s+${quotedText}`, 'gi'),
  new RegExp(`\\bcheck\\s+program\\s+\\S+\\s+(?:with\\s+)?path\\s+${quotedText}`, 'gi'),
];

function monitFacts(path: PathText, bytes: Uint8Array): readonly PersistenceFact[] {
  return [...textLines(bytes, { lines: 20_000, longest: 8192 })].flatMap(({ line, text }) => {
    const [wanted = ''] = text.split('#', 1);
    return (
      monitForms
        .flatMap((form) => [...wanted.matchAll(form)])
        .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
        // `if failed … then restart` names no program.
        .filter((command) => command.includes('/'))
        .map((command) =>
          entry({
            source: { source: path, line },
            mechanism: 'monit',
            user: root,
            trigger: phrase`monit`,
            command: printableLatin1(command),
            language: 'argv',
            text: printableLatin1(text),
          }),
        )
    );
  });
}

export const monit: PersistenceArtifact = {
  id: 'linux.monit',
  sources: sourcesOf(monitPlaces),
  mechanisms: ['monit'],
  order: 14,
  required: false,
  gather(context) {
    return Promise.resolve(readAll(context, this.id, monitPlaces, monitFacts));
  },
};

const inetPlaces: Places = {
  files: paths(['/etc/xinetd.conf', '/etc/inetd.conf']),
  folders: paths(['/etc/xinetd.d', '/etc/inetd.d']),
  matches: (name) => !/[.~]/.test(name),
};

/** `service NAME { key = value … }` */
function xinetdFacts(path: PathText, bytes: Uint8Array): readonly PersistenceFact[] {
  const facts: PersistenceFact[] = [];
  let open: { name: string; values: Map<string, { value: string; line: number; text: string }> } | undefined;
  for (const { line, text } of textLines(bytes, { lines: 20_000, longest: 8192 })) {
    const named = /^\s*service\s+(\S+)/.exec(text);
    if (named !== null) open = { name: named[1] ?? '', values: new Map() };
    const pair = /^\s*(\w+)\s*[-+]?=\s*(.*?)\s*$/.exec(text);
    if (pair !== null && open !== undefined)
      open.values.set((pair[1] ?? '').toLowerCase(), { value: pair[2] ?? '', line, text });
    if (!/^\s*\}/.test(text) || open === undefined) continue;
    const server = open.values.get('server');
    if (server !== undefined) {
      const off = /^yes$/i.test(open.values.get('disable')?.value ?? '');
      facts.push(
        entry({
          source: { source: path, line: server.line },
          mechanism: 'xinetd',
          user: printableLatin1(open.values.get('user')?.value ?? 'root'),
          trigger: printableLatin1(`${open.name} ${open.values.get('port')?.value ?? ''}`.trim()),
          command: printableLatin1(`${server.value} ${open.values.get('server_args')?.value ?? ''}`.trim()),
          language: 'argv',
          ...(server.value.startsWith('/') ? { target: printableLatin1(server.value) } : {}),
          active: !off,
          marks: off ? ['switched-off'] : [],
          text: printableLatin1(server.text),
        }),
      );
    }
    open = undefined;
    if (facts.length >= 1_000) break;
  }
  return facts;
}

/** `service type protocol wait user program argv…` */
function inetdFacts(path: PathText, bytes: Uint8Array): readonly PersistenceFact[] {
  return [...textLines(bytes, { lines: 5_000, longest: 8192 })].flatMap(({ line, text }) => {
    const match =
      /^\s*([^#\s]\S*)\s+(?:stream|dgram|raw|rdm|seqpacket)\s+\S+\s+\S+\s+([^\s.:]+)\S*\s+(\S+)(?:\s+\S+\s*(.*))?$/.exec(
        text,
      );
    if (match === null || match[3] === 'internal') return [];
    const [, service = '', user = '', program = '', rest = ''] = match;
    return [
      entry({
        source: { source: path, line },
        mechanism: 'xinetd',
        user: printableLatin1(user),
        trigger: printableLatin1(service),
        command: printableLatin1(`${program} ${rest}`.trim()),
        language: 'argv',
        ...(program.startsWith('/') ? { target: printableLatin1(program) } : {}),
        text: printableLatin1(text),
      }),
    ];
  });
}

export const xinetd: PersistenceArtifact = {
  id: 'linux.xinetd',
  sources: sourcesOf(inetPlaces),
  mechanisms: ['xinetd'],
  order: 14,
  required: false,
  gather(context) {
    const read = (path: PathText, bytes: Uint8Array): readonly PersistenceFact[] =>
      path.includes('/inetd.') ? inetdFacts(path, bytes) : xinetdFacts(path, bytes);
    return Promise.resolve(readAll(context, this.id, inetPlaces, read));
  },
};
