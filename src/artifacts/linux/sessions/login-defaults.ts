/**
 * `linux.login-defaults`: settings by which making, removing or letting in an account runs or shows something else.
 *
 * Reads login.defs (FAKE_SHELL, USERDEL_CMD, ENV_PATH and ENV_SUPATH), default/useradd (SHELL, SKEL), adduser.conf,
 * and the scripts adduser.local and deluser.local. Why: a shell that every new account gets, or a command that runs
 * as root when an account is removed, waits for the very responder who cleans up. What it is NOT: password policy.
 * Sources: login.defs(5), useradd(8), adduser(8), adduser.conf(5).
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, scriptEntry, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const id = 'linux.login-defaults';
const settings = ['/etc/login.defs', '/etc/default/useradd', '/etc/adduser.conf', '/etc/deluser.conf'].map(
  (path) => printableText(path),
);
const scripts = ['/usr/local/sbin/adduser.local', '/usr/local/sbin/deluser.local'].map((path) =>
  printableText(path),
);

const keys = /^(FAKE_SHELL|USERDEL_CMD|ENV_PATH|ENV_SUPATH|SHELL|DSHELL|SKEL|NOLOGINS_FILE|USERADD_CMD)$/;
const usualShell = /^\/(?:usr\/)?bin\/(?:ba|z|da|k|fi|tc|c)?sh$/;
const systemFolder = /^\/(?:usr\/)?(?:local\/)?(?:s?bin|games)$/;

/** What the system sets itself: usual shells, the skeleton, the system's own folders. */
function isUsual(key: string, value: string): boolean {
  if (/SHELL$/.test(key) && key !== 'FAKE_SHELL') return usualShell.test(value);
  if (key === 'SKEL') return value === '/etc/skel';
  if (key === 'NOLOGINS_FILE') return value === '/etc/nologin';
  if (/PATH$/.test(key))
    return value
      .replace(/^PATH=/, '')
      .split(':')
      .every((folder) => systemFolder.test(folder));
  return value === '';
}

function readSettings(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, path, settingsLimit);
  return [...textLines(bytes, { lines: 5_000, longest: 8192 })].flatMap(({ line, text }) => {
    const match = /^\s*([A-Z_]+)\s*[=\s]\s*"?([^"#]*?)"?\s*$/.exec(text);
    if (match === null) return [];
    const [, key = '', value = ''] = match;
    if (!keys.test(key) || isUsual(key, value)) return [];
    const [first = ''] = value.replace(/^PATH=/, '').split(/[:\s]/);
    return [
      entry({
        source: { source: path, line },
        mechanism: 'login-defaults',
        user: phrase`root`,
        trigger: phrase`account`,
        command: printableLatin1(/_CMD$/.test(key) ? value : `${key}=${value}`),
        language: /_CMD$/.test(key) ? 'shell' : 'setting',
        ...(first.startsWith('/') ? { target: printableLatin1(first) } : {}),
        text: printableLatin1(text),
      }),
    ];
  });
}

export const loginDefaults: PersistenceArtifact = {
  id,
  sources: [...settings, ...scripts].map((path) => ({ kind: 'file', path, live: false })),
  mechanisms: ['login-defaults'],
  order: 13,
  required: false,
  gather(context) {
    const hooks = scripts
      .filter((path) => context.target.readNow({ kind: 'stat', path }).status !== 'absent')
      .flatMap(
        (path) =>
          scriptEntry(context, id, path, {
            mechanism: 'login-defaults',
            user: phrase`root`,
            trigger: phrase`account`,
          }) ?? [],
      );
    return Promise.resolve([...settings.flatMap((path) => readSettings(context, path)), ...hooks]);
  },
};
