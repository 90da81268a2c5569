/**
 * `linux.polkit`: rules by which somebody may do what only root may, and programs that the rules themselves run.
 *
 * Reads rules of JavaScript, the older .pkla files, and definitions of actions. Why: `polkit.spawn` runs a program as
 * polkitd whenever anything is asked; a rule that answers YES to all lets a miner's account become root for ever.
 * What it is NOT: the whole policy: of actions only those that run a program or open the power of root are told.
 * Sources: polkit(8), pklocalauthority(8), pkexec(1). A rule of /etc goes before one of the same name in /usr/share.
 */
import { parsePkla, parsePolkitActions, parsePolkitRules } from '../../../formats/polkit-rules.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, phrase } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, foldersIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { pathsOf } from './hook-folder.ts';

const id = 'linux.polkit';
const roots = ['/etc', '/run', '/usr/local/share', '/usr/share'];
const ruleFolders = roots.flatMap((root) => pathsOf(`${root}/polkit-1/rules.d`));
const actionFolders = roots.flatMap((root) => pathsOf(`${root}/polkit-1/actions`));
const authorities = pathsOf('/etc/polkit-1/localauthority /var/lib/polkit-1/localauthority');
const authoritySettings = pathsOf('/etc/polkit-1/localauthority.conf.d');
const event = phrase`event`;
const polkitd = phrase`polkitd`;

function readRules(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  return parsePolkitRules(readFileNow(context, id, path, settingsLimit).bytes).map((rule) => {
    const [program = ''] = rule.command.split(' ', 1);
    const runs = rule.kind === 'spawn';
    return entry({
      source: { source: path, line: rule.line },
      mechanism: 'polkit-rule',
      user: runs ? polkitd : phrase``,
      trigger: event,
      command: printableLatin1(rule.command),
      language: runs ? 'argv' : 'none',
      ...(runs && program.startsWith('/') ? { target: printableLatin1(program) } : {}),
      marks: rule.anyone ? ['opens-access'] : [],
      text: rule.text,
    });
  });
}

function readAuthority(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  return parsePkla(readFileNow(context, id, path, settingsLimit).bytes).map((grant) =>
    entry({
      source: { source: path, line: grant.line },
      mechanism: 'polkit-rule',
      user: printableLatin1(grant.identity.slice(0, 1024)),
      trigger: event,
      command: printableLatin1(grant.action.slice(0, 4096)),
      language: 'none',
      marks: grant.anyone ? ['opens-access'] : [],
      text: printableLatin1(`Identity=${grant.identity} Action=${grant.action} ${grant.text}`.slice(0, 4096)),
    }),
  );
}

function readActions(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  return parsePolkitActions(readFileNow(context, id, path, settingsLimit).bytes).map((action) =>
    entry({
      source: { source: path, line: action.line },
      mechanism: 'polkit-rule',
      user: phrase`root`,
      trigger: printableLatin1(action.id),
      command: printableLatin1(action.program),
      language: action.program === '' ? 'none' : 'argv',
      ...(action.program.startsWith('/') ? { target: printableLatin1(action.program) } : {}),
      marks: action.anyone ? ['opens-access'] : [],
      text: action.text,
    }),
  );
}

export const polkit: PersistenceArtifact = {
  id,
  sources: [
    ...ruleFolders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*.rules`, live: false })),
    ...actionFolders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*.policy`, live: false })),
    ...authorities.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*/*.pkla`, live: false })),
  ],
  mechanisms: ['polkit-rule'],
  order: 13,
  required: false,
  gather(context) {
    const pkla = authorities
      .flatMap((folder) => foldersIn(context, id, folder))
      .flatMap(({ path }) => filesIn(context, id, path, endsIn('.pkla')));
    const settings = authoritySettings.flatMap((folder) => filesIn(context, id, folder));
    const seen = new Set<string>();
    const rules = ruleFolders.flatMap((folder) =>
      filesIn(context, id, folder, endsIn('.rules')).flatMap(({ path, name }) => {
        const shadowed = seen.has(name);
        seen.add(name);
        const facts = readRules(context, path);
        return shadowed ? facts.map((fact) => ({ ...fact, active: false })) : facts;
      }),
    );
    return Promise.resolve([
      ...rules,
      ...[...pkla, ...settings].flatMap(({ path }) => readAuthority(context, path)),
      ...actionFolders.flatMap((folder) =>
        filesIn(context, id, folder, endsIn('.policy')).flatMap(({ path }) => readActions(context, path)),
      ),
    ]);
  },
};
