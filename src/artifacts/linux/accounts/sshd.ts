/**
 * `linux.sshd`: settings of sshd that let in, run or load something, as they are in effect.
 *
 * Reads sshd_config with its includes. Entries: commands (ForceCommand, Subsystem, AuthorizedKeysCommand and
 * AuthorizedPrincipalsCommand with their scripts, the programs of sshd itself), where keys and authorities are looked
 * for, and what decides who comes in (root, passwords, empty ones, variables of users). Why: a command that gives out
 * keys lets in without any key on the disk, and a drop-in that turns passwords on is how many hosts were lost. What it
 * is NOT: hardening advice; a usual value is an entry without a mark, or none.
 * Sources: sshd_config(5); knowledge on entry §5 ("check effective config"). Bounds: those of `sshd-files.ts`.
 */
import { isConcealed } from '../../../formats/concealed.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import { type Printable, phrase } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { isUnusualPlace } from './known-accounts.ts';
import { isNone, programOf, scriptOf } from './ssh-marks.ts';
import { type PlacedSetting, readSshd, type SshdSettings, sshdSources } from './sshd-files.ts';

const id = 'linux.sshd';

/** Commands, with the mechanism they belong to. */
const commands: ReadonlyMap<string, Mechanism> = new Map<string, Mechanism>([
  ['authorizedkeyscommand', 'ssh-keys-command'],
  ['authorizedprincipalscommand', 'ssh-principals'],
  ['subsystem', 'sshd-setting'],
  ['xauthlocation', 'sshd-setting'],
  ['sshdsessionpath', 'sshd-setting'],
  ['sshdauthpath', 'sshd-setting'],
]);
/** Files that are trusted, loaded or shown. */
const files: ReadonlyMap<string, Mechanism> = new Map<string, Mechanism>([
  ['trustedusercakeys', 'ssh-trusted-ca'],
  ['authorizedprincipalsfile', 'ssh-principals'],
  ['authorizedkeysfile', 'sshd-setting'],
  ['securitykeyprovider', 'sshd-setting'],
  ['hostkey', 'sshd-setting'],
  ['include', 'sshd-setting'],
  ['banner', 'sshd-setting'],
]);
/** Told whatever their value is; all else only where it opens something. */
const deciding: ReadonlySet<string> = new Set(
  'permitrootlogin passwordauthentication kbdinteractiveauthentication authenticationmethods allowusers allowgroups port gatewayports'.split(
    ' ',
  ),
);
const yes = /^yes$/i;

/** Values that let in who would be kept out. */
const opening: Readonly<Record<string, (args: readonly string[], settings: SshdSettings) => boolean>> = {
  permitemptypasswords: ([value = '']) => yes.test(value),
  permituserenvironment: ([value = '']) => !/^no$/i.test(value),
  strictmodes: ([value = '']) => /^no$/i.test(value),
  hostbasedauthentication: ([value = '']) => yes.test(value),
  ignorerhosts: ([value = '']) => /^no$/i.test(value),
  authenticationmethods: ([value = '']) => isNone(value),
  acceptenv: (args) => args.some((name) => /^(?:LD_|\*|L\*|LD\*|PATH$|BASH_ENV$)/.test(name)),
  setenv: (args) => args.some((name) => /^(?:LD_(?:PRELOAD|AUDIT|LIBRARY_PATH)|BASH_ENV)=/.test(name)),
  loglevel: ([value = '']) => /^quiet$/i.test(value),
  permitrootlogin: ([value = ''], settings) =>
    yes.test(value) && settings.isEver('passwordauthentication', yes, true),
};

const conditionOf = ({ condition }: PlacedSetting): Printable =>
  condition === undefined
    ? phrase`login`
    : printableLatin1(`Match ${condition.args.join(' ')}`.slice(0, 1024));

const quiet = ({ keyword, args }: PlacedSetting): boolean =>
  (keyword === 'permituserenvironment' && /^no$/i.test(args[0] ?? '')) ||
  (keyword === 'hostkey' && /^\/etc\/ssh\/ssh_host_\w+_key$/.test(args[0] ?? '')) ||
  (keyword === 'include' && args.every((one) => /^(?:\/usr)?\/etc\/(?:ssh|crypto-policies)\//.test(one))) ||
  (keyword === 'banner' && !isUnusualPlace(args[0] ?? '')) ||
  (keyword === 'xauthlocation' && /^\/usr\/(?:X11R6\/)?bin\/xauth$/.test(args[0] ?? ''));

/** One file of all accounts, outside sshd's own folder, opens them all. */
const opensAll = (pattern: string): boolean =>
  pattern.startsWith('/') && !/%[huU]/.test(pattern) && !pattern.startsWith('/etc/ssh/');

class SettingEntries {
  readonly #context: ArtifactContext;
  readonly #settings: SshdSettings;

  constructor(context: ArtifactContext, settings: SshdSettings) {
    this.#context = context;
    this.#settings = settings;
  }

  of(setting: PlacedSetting): readonly PersistenceFact[] {
    const { keyword, args } = setting;
    const active = this.#settings.isEffective(setting);
    if (quiet(setting)) return [];
    if (keyword === 'forcecommand') return this.#forced(setting, active);
    const runs = commands.get(keyword);
    if (runs !== undefined) return this.#command(setting, runs, active);
    const names = files.get(keyword);
    if (names !== undefined) return this.#files(setting, names, active);
    const opens = opening[keyword]?.(args, this.#settings) ?? false;
    const against = this.#overrides(setting);
    if (!opens && !deciding.has(keyword)) return [];
    return [this.#entry(setting, 'sshd-setting', active, opens || against ? ['weakens-guard'] : [])];
  }

  #entry(
    setting: PlacedSetting,
    mechanism: Mechanism,
    active: boolean,
    marks: readonly PersistenceMark[],
    given: Partial<PersistenceFact> = {},
  ): PersistenceFact {
    const concealed = isConcealed(setting.text);
    return entry({
      source: { source: setting.path, line: setting.line },
      mechanism,
      trigger: conditionOf(setting),
      command: printableLatin1(`${setting.keyword} ${setting.args.join(' ')}`.slice(0, 4096)),
      language: 'setting',
      active,
      marks: concealed ? [...marks, 'concealed-in-file'] : marks,
      text: printableLatin1(setting.text.trim().slice(0, 4096)),
      ...given,
    });
  }

  /** A drop-in that turns passwords on though the file that the owner reads turns them off. */
  #overrides(setting: PlacedSetting): boolean {
    const { keyword, args } = setting;
    if (keyword !== 'passwordauthentication' && keyword !== 'permitrootlogin') return false;
    if (!yes.test(args[0] ?? '') || this.#settings.first(keyword) !== setting) return false;
    return this.#settings.all.some(
      (one) =>
        one.keyword === keyword &&
        one.condition === undefined &&
        one.path !== setting.path &&
        /^(?:no|prohibit-password|without-password)$/i.test(one.args[0] ?? ''),
    );
  }

  /** Run by the shell of the user, in place of what was asked for. */
  #forced(setting: PlacedSetting, active: boolean): readonly PersistenceFact[] {
    if (isNone(setting.args[0])) return [];
    const internal = setting.args[0] === 'internal-sftp';
    const command = setting.rest.replace(/^"(.*)"$/, '$1');
    return [
      this.#entry(setting, 'sshd-setting', active, [], {
        user: phrase`every user`,
        command: printableLatin1(command.slice(0, 16_384)),
        language: internal ? 'none' : 'shell',
      }),
    ];
  }

  #command(setting: PlacedSetting, mechanism: Mechanism, active: boolean): readonly PersistenceFact[] {
    const { keyword, args, rest } = setting;
    const subsystem = keyword === 'subsystem';
    const words = subsystem ? args.slice(1) : args;
    if (isNone(words[0])) return [];
    const user = this.#settings.first(`${keyword}user`)?.args[0];
    const target = programOf(words);
    const marks: readonly PersistenceMark[] =
      target !== undefined && isUnusualPlace(target) ? ['unusual-place'] : [];
    const shared = {
      ...(user === undefined ? {} : { user: printableLatin1(user) }),
      ...(target === undefined ? {} : { target }),
    };
    const shown = this.#entry(setting, mechanism, active, marks, {
      ...shared,
      // A subsystem is run by the shell of the user, with its quotes; the others without a shell.
      command: printableLatin1((subsystem ? rest.replace(/^\S+\s+/, '') : words.join(' ')).slice(0, 16_384)),
      language: words[0] === 'internal-sftp' ? 'none' : subsystem ? 'shell' : 'argv',
    });
    const script = scriptOf(this.#context, id, target, {
      mechanism,
      ...shared,
      trigger: conditionOf(setting),
      active,
      marks,
    });
    return [shown, ...script];
  }

  #files(setting: PlacedSetting, mechanism: Mechanism, active: boolean): readonly PersistenceFact[] {
    return setting.args
      .filter((path) => !isNone(path) && !/^internal$/i.test(path))
      .filter(
        (path) =>
          setting.keyword !== 'authorizedkeysfile' || !/^(?:%h\/)?\.ssh\/authorized_keys2?$/.test(path),
      )
      .map((path) => {
        const marks: PersistenceMark[] = isUnusualPlace(path) ? ['unusual-place'] : [];
        if (setting.keyword === 'authorizedkeysfile' && opensAll(path)) marks.push('opens-access');
        const plain = path.startsWith('/') && !/[%*?[]/.test(path);
        return this.#entry(setting, mechanism, active, marks, {
          command: printableLatin1(`${setting.keyword} ${path}`),
          ...(plain ? { target: printableLatin1(path) } : {}),
        });
      });
  }
}

export const sshd: PersistenceArtifact = {
  id,
  sources: sshdSources,
  mechanisms: ['sshd-setting', 'ssh-keys-command', 'ssh-trusted-ca', 'ssh-principals'],
  order: 14,
  required: true,
  gather(context) {
    const settings = readSshd(context, id);
    const entries = new SettingEntries(context, settings);
    return Promise.resolve(settings.all.flatMap((setting) => entries.of(setting)));
  },
};
