/**
 * `linux.apt-hook`: what apt runs before and after it works, and what it works through.
 *
 * Reads apt.conf and apt.conf.d, and settings of aptitude in homes: invocations around dpkg and around updates, JSON
 * hooks, programs that stand in for those of apt, and proxies. Why: one line here runs as root at each update, also
 * the automatic one of every night. What it is NOT: the list of package sources.
 * Files whose name apt passes over are told as not active. Sources: apt.conf(5), apt-transport-http(1);
 * apt's doc/json-hooks-protocol.md; apt-pkg/contrib/fileutl.cc GetListOfFilesInDir (names).
 */
import { type AptSetting, parseAptConf } from '../../../formats/apt-conf.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { isForeignAddress } from './foreign-address.ts';
import { ownHomes } from './projects.ts';

const id = 'linux.apt-hook';
const main = printableText('/etc/apt/apt.conf');
const folder = printableText('/etc/apt/apt.conf.d');
const aptitude = printableText('.aptitude/config');
const limit = 1 << 20;

const invoked =
  /^(?:(?:dpkg::(?:pre-invoke|post-invoke|pre-install-pkgs)|apt::update::(?:pre-invoke|post-invoke|post-invoke-success|post-invoke-stats|pre-invoke-success)|aptcli::hooks::[\w-]+|unattended-upgrade::(?:pre|post)-invoke)(?:::.*)?|acquire::[\w:.-]*proxy-?auto-?detect)$/;
/** Keys whose value is a program that is run as it stands. */
const program =
  /^(?:dir::bin::[\w:.+-]+|apt::compressor::[\w.+-]+::(?:binary|name)|dpkg::path|dpkg::source-build-command|apt::(?:solver|planner)|dir::(?:etc|bin)::(?:solvers|planners)::?)$/;
const proxy = /^acquire::(?:[\w.:+/-]+::)?proxy(?:::.*)?$/;

type Read = Pick<PersistenceFact, 'trigger' | 'command' | 'language'> &
  Partial<Pick<PersistenceFact, 'target' | 'marks'>>;

function readSetting({ key, value }: AptSetting): Read | undefined {
  const name = key.replace(/^binary::[^:]+::/, '');
  const shown = printableLatin1(value);
  const trigger = printableLatin1(key.replace(/::$/, ''));
  if (invoked.test(name)) {
    // Proxy-Auto-Detect is a program with its arguments; all others are lines of a shell.
    return { trigger, command: shown, language: name.startsWith('acquire::') ? 'argv' : 'shell' };
  }
  if (program.test(name)) {
    if (!value.includes('/')) return undefined;
    const target = value.startsWith('/') && !value.includes(':') ? { target: printableLatin1(value) } : {};
    return { trigger, command: shown, language: 'setting', ...target };
  }
  if (name.startsWith('dpkg::options')) {
    const hook = /^--(?:pre-invoke|post-invoke|status-logger)=(.+)$/.exec(value);
    if (hook === null) return undefined;
    return { trigger, command: printableLatin1(hook[1] ?? ''), language: 'shell' };
  }
  if (proxy.test(name)) {
    if (/^(?:direct|none|false)?$/i.test(value)) return undefined;
    const marks = isForeignAddress(value) ? (['foreign-host'] as const) : [];
    return { trigger, command: shown, language: 'setting', marks };
  }
  return undefined;
}

function readOne(context: ArtifactContext, path: PathText, active: boolean): readonly PersistenceFact[] {
  const settings = parseAptConf(readFileNow(context, id, path, limit).bytes);
  return settings.flatMap((setting) => {
    const read = readSetting(setting);
    if (read === undefined) return [];
    const { line, text } = setting;
    return [
      entry({
        source: { source: path, line },
        mechanism: 'apt-hook',
        user: phrase`root`,
        active,
        text,
        ...read,
      }),
    ];
  });
}

export const aptHook: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'file', path: main, live: false },
    { kind: 'glob', path: `${folder}/*`, live: false },
    { kind: 'glob', path: `/home/*/${aptitude}`, live: false },
  ],
  mechanisms: ['apt-hook'],
  order: 13,
  required: false,
  gather(context) {
    const there = (path: PathText): boolean =>
      context.target.readNow({ kind: 'stat', path }).status !== 'absent';
    const parts = filesIn(context, id, folder).flatMap(({ path, name }) =>
      readOne(context, path, /^[\w-][\w.-]*$/.test(name) && (!name.includes('.') || name.endsWith('.conf'))),
    );
    const homes = ownHomes(context.target)
      .map(({ path }) => joinPath(path, aptitude))
      .filter(there)
      .flatMap((path) => readOne(context, path, true));
    return Promise.resolve([...(there(main) ? readOne(context, main, true) : []), ...parts, ...homes]);
  },
};
